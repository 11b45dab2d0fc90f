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

  test("runs agree with rows: each x for itself, gradients added up", () => {
    const runCases = fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      longest: fc.constantFrom(1, 140, 300),
      numComponents: fc.integer({ min: 1, max: 17 }),
      start: fc.nat({ max: 100_000 }),
    });
    fc.assert(
      fc.property(runCases, ({ lengths, longest, numComponents, start }) => {
        const kernels = createKernels({ capacity: 60_000, variant });
        const owners = [...lengths, longest].flatMap((length, r) => Array.from({ length }, () => r));
        const count = owners.length;
        const numRows = lengths.length + 1;
        const x = columnsOf(filled(kernels, count, 3, start, 5), 1, 1);
        const parameters = columnsOf(
          filled(kernels, numRows, 3 * numComponents + 2, start + 5, 2),
          1,
          3 * numComponents,
        );
        const rowOf = kernels.allocateIndices(count);
        rowOf.values.set(owners);
        const [logDensity, expected, dx, expectedDx] = [1, 2, 3, 4].map(() => kernels.allocateVector(count));
        const adjoint = filled(kernels, count, 1, start + 10);
        const each = kernels.allocateMatrix(count, 3 * numComponents);
        const [added, expectedAdded] = [1, 2].map(() => filled(kernels, numRows, 3 * numComponents, start + 20));
        kernels.mixtureWithGradient("normal", x, parameters, rowOf, adjoint, expected, expectedDx, each, count);
        kernels.addRows(each, rowOf, expectedAdded, count);
        kernels.mixtureRuns(x, parameters, rowOf, logDensity, count);
        kernels.mixtureRunsGradient(x, parameters, rowOf, adjoint, dx, added, count);
        for (let i = 0; i < count; i++) {
          expectClose(row(logDensity, i), row(expected, i), 1e-6, 2e-6, "log-density");
          expectClose(row(dx, i), row(expectedDx, i), 1e-5, 1e-5, "dx");
        }
        // Each of up to 300 products rounds in both: 300 · 6e-8 of the largest partials, about 100.
        for (let r = 0; r < numRows; r++) expectClose(row(added, r), row(expectedAdded, r), 1e-5, 2e-3, "parameters");
      }),
      { seed: 52, numRuns: 60 },
    );
  });

  test("runs: a component without weight, and x that are not finite", () => {
    const kernels = createKernels({ capacity: 5000, variant });
    const x = kernels.allocateVector(5);
    x.values.set([0.5, Infinity, -Infinity, Number.NaN, 40]);
    const parameters = filled(kernels, 1, 9, 0);
    parameters.values[0] = -Infinity;
    const [logDensity, adjoint, dx] = [1, 2, 3].map(() => kernels.allocateVector(5));
    const rowOf = kernels.allocateIndices(5);
    kernels.mixtureRuns(x, parameters, rowOf, logDensity, 5);
    expect(Array.from(logDensity.values.subarray(1, 4))).toEqual([-Infinity, -Infinity, Number.NaN]);
    expectClose(row(logDensity, 0), [twin("normal", [0.5, ...row(parameters, 0)])], 1e-6, 1e-6, "log-density");
    expectClose(row(logDensity, 4), [twin("normal", [40, ...row(parameters, 0)])], 1e-6, 1e-6, "log-density far out");
    adjoint.values[0] = 1;
    const gradient = kernels.allocateMatrix(1, 9);
    kernels.mixtureRunsGradient(x, parameters, rowOf, adjoint, dx, gradient, 1);
    expect(row(gradient, 0)[0]).toBe(0);
    expect(row(gradient, 0).every(Number.isFinite)).toBe(true);
    // Those that are not finite have no weight, and bring nothing to their row.
    adjoint.values.set([1, 0, 0, 0, 0.5]);
    const [all, finite] = [0, 1].map(() => kernels.allocateMatrix(1, 9));
    kernels.mixtureRunsGradient(x, parameters, rowOf, adjoint, dx, all, 5);
    expect(Array.from(dx.values.subarray(0, 5)).every(Number.isFinite)).toBe(true);
    x.values.fill(3, 1, 4);
    kernels.mixtureRunsGradient(x, parameters, rowOf, adjoint, dx, finite, 5);
    expect(row(all, 0)).toEqual(row(finite, 0));
  });
});
