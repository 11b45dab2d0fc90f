import { columnsOf, createKernels, type MixtureKind } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";
import { differences, expectClose, filled, row } from "./matrices.ts";

const logDensities: Readonly<Record<MixtureKind, (z: number) => number>> = {
  normal: (z) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI),
  logistic: (z) => -Math.abs(z) - 2 * Math.log1p(Math.exp(-Math.abs(z))),
};

function logSumExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** The float64 twin: x, then K logits, means, log-scales. */
function twin(kind: MixtureKind, [x, ...parameters]: readonly number[]): number {
  const numComponents = parameters.length / 3;
  const logits = parameters.slice(0, numComponents);
  const terms = logits.map((logit, k) => {
    const [mean, logScale] = [parameters[numComponents + k], parameters[2 * numComponents + k]];
    return logit - logScale + logDensities[kind]((x - mean) / Math.exp(logScale));
  });
  return logSumExp(terms) - logSumExp(logits);
}

const cases = fc.record({
  kind: fc.constantFrom<MixtureKind>("normal", "logistic"),
  count: fc.integer({ min: 1, max: 11 }),
  numComponents: fc.integer({ min: 1, max: 17 }),
  start: fc.nat({ max: 100_000 }),
  isIndexed: fc.boolean(),
});

describe.each(variants)("%s", (variant) => {
  test("log-density and gradients agree with the twin", () => {
    fc.assert(
      fc.property(cases, ({ kind, count, numComponents, start, isIndexed }) => {
        const kernels = createKernels({ capacity: 5000, variant });
        const x = columnsOf(filled(kernels, count, 3, start, 5), 1, 1);
        const parameters = columnsOf(filled(kernels, count, 3 * numComponents + 2, start + 5, 2), 1, 3 * numComponents);
        const rowOf = isIndexed ? kernels.allocateIndices(count) : null;
        rowOf?.values.forEach((_, i, all) => {
          all[i] = (i * 7) % count;
        });
        const [logDensity, valueAlone, dx] = [1, 2, 3].map(() => kernels.allocateVector(count));
        const dParameters = kernels.allocateMatrix(count, 3 * numComponents);
        const adjoint = filled(kernels, count, 1, start + 10);
        kernels.mixtureForward(kind, x, parameters, rowOf, valueAlone, count);
        kernels.mixtureWithGradient(kind, x, parameters, rowOf, adjoint, logDensity, dx, dParameters, count);
        for (let i = 0; i < count; i++) {
          const at = [...row(x, i), ...row(parameters, rowOf === null ? i : rowOf.values[i])];
          const expected = twin(kind, at);
          expectClose(row(logDensity, i), [expected], 1e-6, 2e-6, "log-density");
          expect(row(valueAlone, i)).toEqual(row(logDensity, i));
          const gradient = differences((point) => twin(kind, point) * row(adjoint, i)[0], at);
          expectClose([...row(dx, i), ...row(dParameters, i)], gradient, 2e-5, 1e-5, "gradient");
        }
      }),
      { seed: 51, numRuns: 80 },
    );
  });

  test.each(["normal", "logistic"] as const)(
    "%s: without adjoints the partials are as with ones; special values",
    (kind) => {
      const kernels = createKernels({ capacity: 5000, variant });
      const x = kernels.allocateVector(5);
      x.values.set([0.5, Infinity, -Infinity, Number.NaN, 40]);
      const parameters = filled(kernels, 5, 9, 0);
      // A component without weight.
      parameters.values[0] = -Infinity;
      const [ones, logDensity, dx, again] = [1, 2, 3, 4].map(() => kernels.allocateVector(5));
      ones.values.fill(1);
      const [d, dAgain] = [kernels.allocateMatrix(5, 9), kernels.allocateMatrix(5, 9)];
      kernels.mixtureWithGradient(kind, x, parameters, null, null, logDensity, dx, d, 5);
      kernels.mixtureWithGradient(kind, x, parameters, null, ones, logDensity, again, dAgain, 5);
      expect([row(d, 0), row(d, 4), dx.values[0]]).toEqual([row(dAgain, 0), row(dAgain, 4), again.values[0]]);
      expect(Array.from(logDensity.values.subarray(1, 4))).toEqual([-Infinity, -Infinity, Number.NaN]);
      expectClose(row(logDensity, 0), [twin(kind, [0.5, ...row(parameters, 0)])], 1e-6, 1e-6, "log-density");
      expectClose(row(logDensity, 4), [twin(kind, [40, ...row(parameters, 4)])], 1e-6, 1e-6, "log-density far out");
      expect(row(d, 0)[0]).toBe(0);
    },
  );
});
