import { columnsOf, createKernels } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";
import { differences, expectClose, filled, row } from "./matrices.ts";

type Kind = "multiply" | "solve";

/** Row i, column j of the packed factor. */
const entry = (factor: readonly number[], i: number, j: number): number =>
  i === j ? Math.exp(factor[(i * (i + 1)) / 2 + j]) : factor[(i * (i + 1)) / 2 + j];

/** The float64 twin of one row: x, mean and the packed factor one after another. */
function twin(kind: Kind, at: readonly number[], size: number) {
  const [x, mean, factor] = [at.slice(0, size), at.slice(size, 2 * size), at.slice(2 * size)];
  const z: number[] = [];
  let logDet = 0;
  for (let i = 0; i < size; i++) {
    logDet += Math.log(entry(factor, i, i));
    let sum = kind === "solve" ? x[i] - mean[i] : 0;
    for (let j = 0; j < i; j++) sum += entry(factor, i, j) * (kind === "solve" ? -z[j] : x[j] - mean[j]);
    z.push(kind === "solve" ? sum / entry(factor, i, i) : sum + entry(factor, i, i) * (x[i] - mean[i]));
  }
  return { z, logDet: kind === "solve" ? -logDet : logDet };
}

const cases = fc.record({
  kind: fc.constantFrom<Kind>("multiply", "solve"),
  count: fc.integer({ min: 1, max: 9 }),
  size: fc.integer({ min: 1, max: 7 }),
  start: fc.nat({ max: 100_000 }),
  isIndexed: fc.boolean(),
});

describe.each(variants)("%s", (variant) => {
  test("products, solutions and their gradients agree with the twin", () => {
    fc.assert(
      fc.property(cases, ({ kind, count, size, start, isIndexed }) => {
        const kernels = createKernels({ capacity: 20_000, variant });
        const length = (size * (size + 1)) / 2;
        const x = filled(kernels, count, size, start, 2);
        const parameters = filled(kernels, count, size + length + 1, start + 3);
        const [mean, factor] = [columnsOf(parameters, 0, size), columnsOf(parameters, size, length)];
        const rowOf = isIndexed ? kernels.allocateIndices(count) : null;
        rowOf?.values.forEach((_, i, all) => {
          all[i] = (i * 5) % count;
        });
        const [z, logDet] = [kernels.allocateMatrix(count, size), kernels.allocateVector(count)];
        kernels.triangularForward(kind, x, mean, factor, rowOf, z, logDet, count);
        const [dz, dLogDet] = [filled(kernels, count, size, start + 5), filled(kernels, count, 1, start + 7)];
        const [dx, dMean] = [kernels.allocateMatrix(count, size), kernels.allocateMatrix(count, size)];
        const dFactor = kernels.allocateMatrix(count, length);
        kernels.triangularBackward(kind, x, mean, factor, rowOf, z, dz, dLogDet, dx, dMean, dFactor, count);
        for (let i = 0; i < count; i++) {
          const own = rowOf === null ? i : rowOf.values[i];
          const at = [...row(x, i), ...row(mean, own), ...row(factor, own)];
          const expected = twin(kind, at, size);
          // A solution grows by at most 1 + e per row; 1e-6 of the sum of what cancels.
          const growth = kind === "solve" ? 4 ** size : 10;
          expectClose(row(z, i), expected.z, 1e-6, 1e-6 * growth, "z");
          expectClose(row(logDet, i), [expected.logDet], 1e-6, 1e-6, "logDet");
          const gradient = differences((point) => {
            const { z: moved, logDet: log } = twin(kind, point, size);
            return moved.reduce((sum, value, j) => sum + value * row(dz, i)[j], log * row(dLogDet, i)[0]);
          }, at);
          const actual = [...row(dx, i), ...row(dMean, i), ...row(dFactor, i)];
          expectClose(actual, gradient, 1e-5, 1e-6 * growth * growth, "gradient");
        }
      }),
      { seed: 61, numRuns: 80 },
    );
  });

  test("no mean, no log-determinant; 32 columns undo each other", () => {
    const kernels = createKernels({ capacity: 50_000, variant });
    const x = filled(kernels, 5, 32, 3);
    const factor = filled(kernels, 5, 528, 9, 0.1);
    const [z, back] = [kernels.allocateMatrix(5, 32), kernels.allocateMatrix(5, 32)];
    kernels.triangularForward("multiply", x, null, factor, null, z, null, 5);
    kernels.triangularForward("solve", z, null, factor, null, back, null, 5);
    for (let i = 0; i < 5; i++) expectClose(row(back, i), row(x, i), 0, 1e-5, "x");
    const wide = filled(kernels, 5, 33, 3);
    expect(() => kernels.triangularForward("solve", wide, null, factor, null, wide, null, 5)).toThrow("at most 32");
  });

  test("NaN stays in its row", () => {
    const kernels = createKernels({ capacity: 1000, variant });
    const x = filled(kernels, 3, 2, 1);
    x.values[x.stride] = Number.NaN;
    const factor = filled(kernels, 3, 3, 5);
    const z = kernels.allocateMatrix(3, 2);
    kernels.triangularForward("solve", x, null, factor, null, z, null, 3);
    expect(row(z, 1)).toEqual([Number.NaN, Number.NaN]);
    expect([...row(z, 0), ...row(z, 2)].every(Number.isFinite)).toBe(true);
  });
});
