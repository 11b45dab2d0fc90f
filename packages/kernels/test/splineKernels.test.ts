import { columnsOf, createKernels, type Kernels, type Matrix } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { U, variants } from "./harness.ts";
import { differences, expectClose, fill, filled, row, rows } from "./matrices.ts";
import { splineTwin } from "./splineTwin.ts";

/** Element 0 is x, the others are the parameters of the row. */
function objective(bound: number, dz: number, dLogDet: number): (at: readonly number[]) => number {
  return ([x, ...parameters]) => {
    const { z, logSlope } = splineTwin(x, parameters, bound);
    return dz * z + dLogDet * logSlope;
  };
}

/**
 * How far off x the kernel may be said to be: its place on the interval and the K sums up to its bin are rounded to
 * 2⁻²⁴ of the interval each. The errors of all results follow from it by their slopes in x.
 */
const displacement = ({ numBins, bound }: Case): number => (numBins + 8) * U * 2 * bound;

interface Case {
  readonly count: number;
  readonly numBins: number;
  readonly start: number;
  readonly bound: number;
}

const cases = fc.record({
  count: fc.integer({ min: 1, max: 13 }),
  numBins: fc.integer({ min: 1, max: 17 }),
  start: fc.nat({ max: 100_000 }),
  bound: fc.constantFrom(1, 3, 5),
});

/** x on both sides of the bound; raw parameters in [−2, 2], where the narrowest bin has 1/150 of the interval or more. */
function run(kernels: Kernels, { count, numBins, start, bound }: Case) {
  const shape = { numBins, bound };
  // Columns of wider matrices at odd places, as autoregressive networks put them.
  const x = columnsOf(filled(kernels, count, 5, start, 1.2 * bound), 2, 1);
  const parameters = columnsOf(filled(kernels, count, 3 * numBins + 4, start + 7, 2), 3, 3 * numBins - 1);
  const z = columnsOf(kernels.allocateMatrix(count, 5), 3, 1);
  const logDet = fill(kernels.allocateVector(count), count, start + 11);
  const before = rows(logDet, count);
  const state = kernels.allocate(kernels.splineStateLength(shape, count));
  kernels.splineForward(shape, x, parameters, null, z, logDet, state, count);
  return { shape, x, parameters, z, logDet, before, state };
}

describe.each(variants)("%s", (variant) => {
  const fresh = () => createKernels({ capacity: 20_000, variant });

  test("value and log-slope agree with the float64 twin", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { x, parameters, z, logDet, before } = run(fresh(), one);
        for (let i = 0; i < one.count; i++) {
          const [at] = row(x, i);
          const twin = splineTwin(at, row(parameters, i), one.bound);
          const shift = displacement(one);
          const [left, right] = [at - shift, at + shift].map((x) => splineTwin(x, row(parameters, i), one.bound));
          expectClose(row(z, i), [twin.z], 0, shift * (1 + twin.slope), "z");
          const moved = Math.max(Math.abs(left.logSlope - twin.logSlope), Math.abs(right.logSlope - twin.logSlope));
          expectClose(row(logDet, i), [before[i][0] + twin.logSlope], 1e-6, 1e-6 + moved, "logDet");
        }
      }),
      { seed: 31, numRuns: 60 },
    );
  });

  test("gradients in x and in all raw parameters are those of the twin: central differences", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const kernels = fresh();
        const { shape, x, parameters, state } = run(kernels, one);
        const dz = filled(kernels, one.count, 1, one.start + 13);
        const dLogDet = filled(kernels, one.count, 1, one.start + 17);
        const dx = kernels.allocateVector(one.count);
        const dParameters = kernels.allocateMatrix(one.count, parameters.columns);
        kernels.splineBackward(shape, state, dz, dLogDet, dx, dParameters, one.count);
        for (let i = 0; i < one.count; i++) {
          const f = objective(one.bound, row(dz, i)[0], row(dLogDet, i)[0]);
          const at = [...row(x, i), ...row(parameters, i)];
          const expected = differences(f, at);
          const shift = displacement(one);
          const [left, right] = [-shift, shift].map((by) => differences(f, [at[0] + by, ...at.slice(1)]));
          const actual = [...row(dx, i), ...row(dParameters, i)];
          // Terms of the size of the slopes, per width of the bin for x, may cancel.
          const { share, slope } = splineTwin(at[0], at.slice(1), one.bound);
          const gross = Math.abs(row(dz, i)[0]) * one.bound * (1 + slope) + Math.abs(row(dLogDet, i)[0]);
          expected.forEach((value, j) => {
            const moved = Math.max(Math.abs(left[j] - value), Math.abs(right[j] - value));
            const rounding = 16 * U * gross * (1 + (j === 0 ? 1 / (one.bound * share) : 1));
            expectClose([actual[j]], [value], 16 * U, moved + rounding + 1e-8, `gradient ${j}`);
          });
        }
      }),
      { seed: 32, numRuns: 60 },
    );
  });

  test("the inverse undoes the transform", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const kernels = fresh();
        const { shape, x, parameters, z } = run(kernels, one);
        const back = kernels.allocateVector(one.count);
        kernels.splineInverse(shape, z, parameters, null, back, one.count);
        for (let i = 0; i < one.count; i++) {
          const [at] = row(x, i);
          const { slope } = splineTwin(at, row(parameters, i), one.bound);
          expectClose(row(back, i), [at], 0, 2e-6 * one.bound * Math.max(1, 1 / slope), "x");
        }
      }),
      { seed: 33, numRuns: 60 },
    );
  });

  test.each([1, 2, 8, 16])("raw parameters of 0 make the identity, %i bins", (numBins) => {
    const kernels = fresh();
    const shape = { numBins, bound: 4 };
    const x = filled(kernels, 50, 1, 0, 5);
    const [z, logDet] = [kernels.allocateVector(50), kernels.allocateVector(50)];
    const state = kernels.allocate(kernels.splineStateLength(shape, 50));
    kernels.splineForward(shape, x, kernels.allocateMatrix(50, 3 * numBins - 1), null, z, logDet, state, 50);
    for (let i = 0; i < 50; i++) {
      expectClose(row(z, i), row(x, i), 0, 4e-6, "z");
      expectClose(row(logDet, i), [0], 0, 4e-6, "logDet");
    }
  });

  test("an index shares parameters between rows, to the bit", () => {
    const kernels = fresh();
    const shape = { numBins: 5, bound: 3 };
    const own = filled(kernels, 3, 14, 0, 2);
    const rowOf = kernels.allocateIndices(7);
    rowOf.values.set([2, 0, 0, 1, 2, 2, 1]);
    const repeated = kernels.allocateMatrix(7, 14);
    rowOf.values.forEach((from, i) => {
      repeated.values.set(row(own, from), i * repeated.stride);
    });
    const x = filled(kernels, 7, 1, 3, 3);
    const result = (parameters: Matrix, index: typeof rowOf | null) => {
      const [z, logDet] = [kernels.allocateVector(7), kernels.allocateVector(7)];
      const state = kernels.allocate(kernels.splineStateLength(shape, 7));
      kernels.splineForward(shape, x, parameters, index, z, logDet, state, 7);
      const [dx, dParameters] = [kernels.allocateVector(7), kernels.allocateMatrix(7, 14)];
      kernels.splineBackward(shape, state, z, x, dx, dParameters, 7);
      return [z, logDet, dx, dParameters].map((matrix) => rows(matrix, 7));
    };
    expect(result(own, rowOf)).toEqual(result(repeated, null));
  });

  test("NaN and infinities: outside is the identity, NaN stays NaN and in its row", () => {
    const kernels = fresh();
    const shape = { numBins: 4, bound: 3 };
    const x = kernels.allocateVector(6);
    x.values.set([Number.NaN, Infinity, -Infinity, 1, 3, 1]);
    const parameters = filled(kernels, 6, 11, 0);
    parameters.values.fill(Number.NaN, 5 * parameters.stride, 5 * parameters.stride + 11);
    const [z, logDet, dx] = [kernels.allocateVector(6), kernels.allocateVector(6), kernels.allocateVector(6)];
    const ones = kernels.allocateVector(6);
    ones.values.fill(1);
    const state = kernels.allocate(kernels.splineStateLength(shape, 6));
    kernels.splineForward(shape, x, parameters, null, z, logDet, state, 6);
    const dParameters = kernels.allocateMatrix(6, 11);
    kernels.splineBackward(shape, state, ones, ones, dx, dParameters, 6);
    expect(Array.from(z.values.subarray(0, 3))).toEqual([Number.NaN, Infinity, -Infinity]);
    expect(Array.from(dx.values.subarray(0, 3))).toEqual([1, 1, 1]);
    expect(
      rows(dParameters, 3)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
    expect([z.values[3], z.values[4], logDet.values[3], dx.values[3]].every(Number.isFinite)).toBe(true);
    expect([z.values[5], logDet.values[5], dx.values[5]]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("refuses shapes, matrices and indices that do not fit", () => {
    const kernels = fresh();
    const [x, z] = [kernels.allocateVector(4), kernels.allocateVector(4)];
    const parameters = kernels.allocateMatrix(2, 11);
    const state = kernels.allocate(400);
    const rowOf = kernels.allocateIndices(4);
    const shape = { numBins: 4, bound: 3 };
    expect(() => kernels.splineForward(shape, x, parameters, null, z, z, state, 4)).toThrow(
      "parameters has room for 2",
    );
    rowOf.values[3] = 2;
    expect(() => kernels.splineForward(shape, x, parameters, rowOf, z, z, state, 4)).toThrow("outside [0, 2)");
    rowOf.values[3] = -1;
    expect(() => kernels.splineForward(shape, x, parameters, rowOf, z, z, state, 4)).toThrow("outside [0, 2)");
    expect(() => kernels.splineInverse({ numBins: 5, bound: 3 }, x, parameters, null, z, 2)).toThrow(
      "needs 14 columns",
    );
    expect(() => kernels.splineInverse({ numBins: 0, bound: 3 }, x, parameters, null, z, 2)).toThrow("numBins");
    expect(() => kernels.splineInverse({ numBins: 4, bound: 0 }, x, parameters, null, z, 2)).toThrow("bound");
  });
});
