import { columnsOf, createKernels } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";
import { differences, expectClose, filled, row } from "./matrices.ts";

const LIMIT = 3;

/** The float64 twin of one row: x, mean and raw scale one after another. */
function twin(at: readonly number[]) {
  const columns = at.length / 3;
  const [x, mean, raw] = [0, 1, 2].map((part) => at.slice(part * columns, (part + 1) * columns));
  const s = raw.map((value) => value / (1 + Math.abs(value) / LIMIT));
  return {
    z: x.map((value, j) => (value - mean[j]) * Math.exp(-s[j])),
    logDet: -s.reduce((sum, value) => sum + value, 0),
  };
}

const cases = fc.record({
  count: fc.integer({ min: 1, max: 11 }),
  columns: fc.integer({ min: 1, max: 9 }),
  start: fc.nat({ max: 100_000 }),
  isIndexed: fc.boolean(),
});

describe.each(variants)("%s", (variant) => {
  test("value, inverse and gradients agree with the twin", () => {
    fc.assert(
      fc.property(cases, ({ count, columns, start, isIndexed }) => {
        const kernels = createKernels({ capacity: 5000, variant });
        const x = columnsOf(filled(kernels, count, columns + 1, start, 3), 1, columns);
        const parameters = filled(kernels, count, 2 * columns, start + 5, 4);
        const [mean, rawScale] = [columnsOf(parameters, 0, columns), columnsOf(parameters, columns, columns)];
        const rowOf = isIndexed ? kernels.allocateIndices(count) : null;
        rowOf?.values.forEach((_, i, all) => {
          all[i] = (i * 7) % count;
        });
        const [z, logDet] = [kernels.allocateMatrix(count, columns), kernels.allocateVector(count)];
        kernels.affineForward(x, mean, rawScale, rowOf, LIMIT, z, logDet, count);
        const back = kernels.allocateMatrix(count, columns);
        kernels.affineInverse(z, mean, rawScale, rowOf, LIMIT, back, count);
        const [dz, dLogDet] = [filled(kernels, count, columns, start + 9), filled(kernels, count, 1, start + 10)];
        const [dx, dParameters] = [kernels.allocateMatrix(count, columns), kernels.allocateMatrix(count, 2 * columns)];
        const [dMean, dRaw] = [columnsOf(dParameters, 0, columns), columnsOf(dParameters, columns, columns)];
        kernels.affineBackward(z, rawScale, rowOf, LIMIT, dz, dLogDet, dx, dMean, dRaw, count);
        for (let i = 0; i < count; i++) {
          const at = [...row(x, i), ...row(parameters, rowOf === null ? i : rowOf.values[i])];
          const expected = twin(at);
          expectClose(row(z, i), expected.z, 1e-6, 1e-5, "z");
          expectClose(row(logDet, i), [expected.logDet], 1e-6, 1e-6 * columns, "logDet");
          expectClose(row(back, i), row(x, i), 1e-6, 2e-6, "inverse");
          const gradient = differences((point) => {
            const { z: moved, logDet: log } = twin(point);
            return moved.reduce((sum, value, j) => sum + value * row(dz, i)[j], log * row(dLogDet, i)[0]);
          }, at);
          expectClose([...row(dx, i), ...row(dParameters, i)], gradient, 2e-6, 1e-5, "gradient");
        }
      }),
      { seed: 41, numRuns: 60 },
    );
  });

  test("raw scales far out stay within the limit, NaN stays in its column", () => {
    const kernels = createKernels({ capacity: 1000, variant });
    const [x, mean, rawScale] = [1, 2, 3].map(() => kernels.allocateMatrix(1, 3));
    x.values.set([1, 1, Number.NaN]);
    rawScale.values.set([1e30, -1e30, 0]);
    const [z, logDet] = [kernels.allocateMatrix(1, 3), kernels.allocateVector(1)];
    kernels.affineForward(x, mean, rawScale, null, LIMIT, z, logDet, 1);
    expectClose(row(z, 0), [Math.exp(-LIMIT), Math.exp(LIMIT), Number.NaN], 1e-6, 0, "z");
    expect(Math.abs(logDet.values[0])).toBeLessThan(1e-6);
  });
});
