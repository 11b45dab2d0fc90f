import { type Activation, createKernels, type Kernels, type Matrix, paddedColumns } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";
import { expectClose, filled, row, rows } from "./matrices.ts";

const activations: readonly Activation[] = ["tanh", "relu", "gelu", "silu"];
const ROWS = 70;
const [INPUTS, OUTPUTS] = [5, 11];

function layer(kernels: Kernels) {
  const bias = kernels.allocate(paddedColumns(OUTPUTS));
  bias.values.set(row(filled(kernels, 1, OUTPUTS, 3), 0));
  return {
    x: filled(kernels, ROWS, INPUTS, 1, 3),
    weights: filled(kernels, INPUTS, OUTPUTS, 2, 2),
    bias,
    y: kernels.allocateMatrix(ROWS, OUTPUTS),
    slope: kernels.allocateMatrix(ROWS, OUTPUTS),
    preactivation: kernels.allocateMatrix(ROWS, OUTPUTS),
    expected: kernels.allocateMatrix(ROWS, OUTPUTS),
    ones: filledWith(kernels.allocateMatrix(ROWS, OUTPUTS), 1),
  };
}

function filledWith(matrix: Matrix, value: number): Matrix {
  matrix.values.fill(value);
  return matrix;
}

/** Both are within 7e-7 of the exact numbers (see `Kernels.activate`), of size at most 40 here. */
function expectSame(actual: Matrix, expected: Matrix, what: string): void {
  for (let i = 0; i < ROWS; i++) expectClose(row(actual, i), row(expected, i), 1.4e-6, 1e-6, what);
}

describe.each(variants)("%s", (variant) => {
  test.each(activations)("%s: value and slope are those of the kernels that compute one of them", (activation) => {
    const kernels = createKernels({ capacity: 100_000, variant });
    const { x, weights, bias, y, slope, preactivation, expected, ones } = layer(kernels);
    kernels.denseForwardWithSlope(x, weights, bias, activation, slope, y, ROWS);
    kernels.denseForward(x, weights, bias, activation, preactivation, expected, ROWS);
    expectSame(y, expected, "value");
    kernels.activationBackward(activation, preactivation, expected, ones, expected, ROWS);
    expectSame(slope, expected, "slope");
    expect(
      rows(y, ROWS)
        .flat()
        .some((value) => value > 1),
    ).toBe(activation !== "tanh");
  });

  test.each(activations)("%s: from a row of base instead of the bias", (activation) => {
    const kernels = createKernels({ capacity: 100_000, variant });
    const { x, weights, y, slope, preactivation, expected, ones } = layer(kernels);
    const base = filled(kernels, 4, OUTPUTS, 9);
    const rowOf = kernels.allocateIndices(ROWS);
    rowOf.values.forEach((_, i) => {
      rowOf.values[i] = i % 4;
    });
    kernels.denseForwardFromWithSlope(base, rowOf, x, weights, activation, slope, y, ROWS);
    kernels.denseForwardFrom(base, rowOf, x, weights, activation, preactivation, expected, ROWS);
    expectSame(y, expected, "value");
    kernels.activationBackward(activation, preactivation, expected, ones, expected, ROWS);
    expectSame(slope, expected, "slope");
  });

  test.each(["overwrite", "add"] as const)("denseBackwardTimes, %s: the product of two kernels, to the bit", (how) => {
    const kernels = createKernels({ capacity: 100_000, variant });
    const dy = filled(kernels, ROWS, OUTPUTS, 4);
    const transposed = filled(kernels, OUTPUTS, INPUTS, 5);
    const slope = filled(kernels, ROWS, INPUTS, 6);
    const [dx, expected] = [filled(kernels, ROWS, INPUTS, 7), filled(kernels, ROWS, INPUTS, 7)];
    kernels.denseBackwardTimes(dy, transposed, slope, dx, ROWS, how);
    kernels.denseBackwardInput(dy, transposed, expected, ROWS, how);
    for (let i = 0; i < ROWS; i++) {
      expect(row(dx, i)).toEqual(row(expected, i).map((value, j) => Math.fround(value * row(slope, i)[j])));
    }
  });

  test("silu keeps its value and slope at both ends; NaN spreads", () => {
    const kernels = createKernels({ capacity: 1000, variant });
    const x = kernels.allocateMatrix(6, 1);
    [-Infinity, -100, -30, 30, Infinity, Number.NaN].forEach((value, i) => {
      x.values[i * x.stride] = value;
    });
    const weights = filledWith(kernels.allocateMatrix(1, 1), 0);
    weights.values[0] = 1;
    const [y, slope] = [kernels.allocateMatrix(6, 1), kernels.allocateMatrix(6, 1)];
    kernels.denseForwardWithSlope(x, weights, null, "silu", slope, y, 6);
    const [first, second, third, fourth, fifth, sixth] = rows(y, 6).flat();
    expect(Math.abs(first) + Math.abs(second)).toBeLessThan(4e-36);
    expectClose([third, fourth], [-30 / (1 + Math.exp(30)), 30], 3e-7, 0, "silu");
    expect([fifth, sixth]).toEqual([Infinity, Number.NaN]);
    const slopes = rows(slope, 6).flat();
    expectClose(slopes.slice(2, 5), [-29 / (1 + Math.exp(30)), 1, 1], 4e-7, 0, "slope of silu");
    expect(slopes[5]).toBeNaN();
  });

  test("addScaledRows is addRows of the scaled rows", () => {
    const kernels = createKernels({ capacity: 10_000, variant });
    const dy = filled(kernels, ROWS, OUTPUTS, 4);
    const factor = filled(kernels, ROWS, 1, 5);
    const rowOf = kernels.allocateIndices(ROWS);
    rowOf.values.set(Array.from({ length: ROWS }, (_, i) => Math.floor(i / 30)));
    const scaled = kernels.allocateMatrix(ROWS, OUTPUTS);
    const [sums, expected] = [filled(kernels, 3, OUTPUTS, 8), filled(kernels, 3, OUTPUTS, 8)];
    kernels.addScaledRows(dy, factor, rowOf, sums, ROWS);
    kernels.scaleRows(dy, factor, scaled, ROWS);
    kernels.addRows(scaled, rowOf, expected, ROWS);
    expect(rows(sums, 3)).toEqual(rows(expected, 3));
  });
});
