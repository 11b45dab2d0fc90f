import { createKernels, type Kernels, matrixLength, paddedColumns, type Region } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, bits, matrix, spoilPaddingRows, U, variants } from "./harness.ts";

/** The float64 twin: value and Σ|terms| of one element of x·w + b. */
function twin(x: Region, w: Region, bias: Region | null, row: number, inputs: number, outputs: number, column: number) {
  let value = bias === null ? 0 : bias.values[column];
  let magnitude = Math.abs(value);
  for (let k = 0; k < inputs; k++) {
    const product = at(x, inputs, row, k) * at(w, outputs, k, column);
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, magnitude };
}

/** γ(n) of Higham (2002, §3.1): n roundings in a row. */
const gamma = (n: number): number => (n * U) / (1 - n * U);

function expectProduct(
  x: Region,
  w: Region,
  bias: Region | null,
  y: Region,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < outputs; c++) {
      const { value, magnitude } = twin(x, w, bias, r, inputs, outputs, c);
      const error = Math.abs(at(y, outputs, r, c) - value);
      if (!(error <= gamma(inputs + 1) * magnitude)) expect.fail(`row ${r}, column ${c}: off by ${error}`);
    }
    for (let c = outputs; c < paddedColumns(outputs); c++) expect(at(y, outputs, r, c)).toBe(0);
  }
}

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 140 }),
  inputs: fc.integer({ min: 1, max: 70 }),
  outputs: fc.integer({ min: 1, max: 70 }),
  start: fc.nat({ max: 100_000 }),
});

/** Room for any case of this file. */
const fresh = (variant: (typeof variants)[number]): Kernels => createKernels({ capacity: 600_000, variant });

describe.each(variants)("%s", (variant) => {
  test("dense agrees with its float64 twin within the stated bound, whatever the padding rows of x hold", () => {
    fc.assert(
      fc.property(shape, fc.boolean(), ({ rows, inputs, outputs, start }, hasBias) => {
        const kernels = fresh(variant);
        const x = matrix(kernels, rows, inputs, start);
        spoilPaddingRows(x, rows, inputs, Number.NaN);
        const w = matrix(kernels, inputs, outputs, start + 1e5);
        const bias = hasBias ? matrix(kernels, 1, outputs, start + 2e5) : null;
        const y = kernels.allocate(matrixLength(rows, outputs));
        const guard = kernels.allocate(8);
        y.values.fill(7);
        guard.values.fill(7);
        kernels.dense(x, w, bias, y, rows, inputs, outputs);
        expectProduct(x, w, bias, y, rows, inputs, outputs);
        expect(guard.values.every((value) => value === 7)).toBe(true);
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  test("the input gradient is dy·Wᵀ within the stated bound", () => {
    fc.assert(
      fc.property(shape, ({ rows, inputs, outputs, start }) => {
        const kernels = fresh(variant);
        const dy = matrix(kernels, rows, outputs, start);
        spoilPaddingRows(dy, rows, outputs, Number.NaN);
        const w = matrix(kernels, inputs, outputs, start + 1e5);
        const wt = kernels.allocate(matrixLength(outputs, inputs));
        const dx = kernels.allocate(matrixLength(rows, inputs));
        dx.values.fill(7);
        kernels.transpose(w, wt, inputs, outputs);
        kernels.denseInputGradient(dy, wt, dx, rows, inputs, outputs);
        const transposed = matrix(kernels, outputs, inputs, 0);
        for (let i = 0; i < inputs; i++) {
          for (let o = 0; o < outputs; o++) transposed.values[o * paddedColumns(inputs) + i] = at(w, outputs, i, o);
        }
        expectProduct(dy, transposed, null, dx, rows, outputs, inputs);
      }),
      { seed: 12, numRuns: 40 },
    );
  });

  test("a row's value does not depend on the other rows or on their number, to the bit", () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 1, max: 9 }), ({ rows, inputs, outputs, start }, part) => {
        const kernels = fresh(variant);
        const x = matrix(kernels, rows, inputs, start);
        const w = matrix(kernels, inputs, outputs, start + 1e5);
        const bias = matrix(kernels, 1, outputs, start + 2e5);
        const whole = kernels.allocate(matrixLength(rows, outputs));
        kernels.dense(x, w, bias, whole, rows, inputs, outputs);
        const xPart = kernels.allocate(matrixLength(part, inputs));
        const yPart = kernels.allocate(matrixLength(part, outputs));
        const stride = paddedColumns(outputs);
        for (let first = 0; first < rows; first += part) {
          const count = Math.min(part, rows - first);
          xPart.values.set(x.values.subarray(first * paddedColumns(inputs), (first + count) * paddedColumns(inputs)));
          kernels.dense(xPart, w, bias, yPart, count, inputs, outputs);
          expect(bits(yPart, 0, count * stride)).toEqual(bits(whole, first * stride, count * stride));
        }
      }),
      { seed: 13, numRuns: 40 },
    );
  });

  test("NaN and infinities stay in their row", () => {
    const kernels = fresh(variant);
    const [rows, inputs, outputs] = [7, 5, 41];
    const x = matrix(kernels, rows, inputs, 0);
    const w = kernels.allocate(matrixLength(inputs, outputs));
    for (let k = 0; k < inputs; k++) w.values.fill(0.5, k * 48, k * 48 + outputs);
    x.values[1 * 8 + 2] = Number.NaN;
    x.values[3 * 8 + 4] = Infinity;
    x.values[5 * 8 + 0] = -Infinity;
    x.values[6 * 8 + 0] = Infinity;
    x.values[6 * 8 + 1] = -Infinity;
    const y = kernels.allocate(matrixLength(rows, outputs));
    kernels.dense(x, w, null, y, rows, inputs, outputs);
    for (let c = 0; c < outputs; c++) {
      const column = Array.from({ length: rows }, (_, r) => at(y, outputs, r, c));
      expect([column[1], column[3], column[5], column[6]]).toEqual([Number.NaN, Infinity, -Infinity, Number.NaN]);
      expect([column[0], column[2], column[4]].every(Number.isFinite)).toBe(true);
    }
  });

  test("refuses regions that are too short and shapes that are not positive integers", () => {
    const kernels = fresh(variant);
    const x = matrix(kernels, 5, 9, 0);
    const w = matrix(kernels, 9, 3, 0);
    const y = matrix(kernels, 5, 3, 0);
    expect(() => kernels.dense(x, w, null, y, 9, 9, 3)).toThrow("x needs 192 elements, its region has 128");
    expect(() => kernels.dense(x, w, kernels.allocate(3), y, 5, 9, 3)).toThrow("bias needs 8");
    expect(() => kernels.dense(x, y, null, y, 5, 9, 3)).toThrow("weights needs 96");
    for (const rows of [0, -1, 2.5, Number.NaN]) {
      expect(() => kernels.dense(x, w, null, y, rows, 9, 3)).toThrow("must be positive integers");
      expect(() => kernels.denseWeightGradient(x, y, w, x, rows, 9, 3)).toThrow("must be positive integers");
    }
  });
});
