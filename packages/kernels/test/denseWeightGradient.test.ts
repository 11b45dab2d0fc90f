import { createKernels, matrixLength, paddedColumns, paddedRows, type Region } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, bits, matrix, spoilPaddingRows, U, variants } from "./harness.ts";

/** The float64 twin: xᵀ·dy and Σ|x·dy| for one element; the bias is an input that is always 1. */
function twin(x: (row: number) => number, dy: (row: number) => number, rows: number) {
  let value = 0;
  let magnitude = 0;
  for (let r = 0; r < rows; r++) {
    const product = x(r) * dy(r);
    value += product;
    magnitude += Math.abs(product);
  }
  return { value, bound: 130 * U * magnitude };
}

function expectGradient(
  x: Region,
  dy: Region,
  dw: Region,
  db: Region,
  rows: number,
  inputs: number,
  outputs: number,
): void {
  for (let o = 0; o < outputs; o++) {
    const column = (r: number) => at(dy, outputs, r, o);
    const bias = twin(() => 1, column, rows);
    expect(Math.abs(db.values[o] - bias.value)).toBeLessThanOrEqual(bias.bound);
    for (let i = 0; i < inputs; i++) {
      const { value, bound } = twin((r) => at(x, inputs, r, i), column, rows);
      const error = Math.abs(at(dw, outputs, i, o) - value);
      if (!(error <= bound)) expect.fail(`input ${i}, output ${o}: off by ${error}, bound ${bound}`);
    }
  }
}

function expectZeroPadding(dw: Region, db: Region, inputs: number, outputs: number): void {
  for (let i = 0; i < paddedRows(inputs); i++) {
    const first = i < inputs ? outputs : 0;
    for (let o = first; o < paddedColumns(outputs); o++) expect(at(dw, outputs, i, o)).toBe(0);
  }
  for (let o = outputs; o < paddedColumns(outputs); o++) expect(db.values[o]).toBe(0);
}

describe.each(variants)("%s", (variant) => {
  function run(rows: number, inputs: number, outputs: number, start: number) {
    const kernels = createKernels({ capacity: 4_000_000, variant });
    const x = matrix(kernels, rows, inputs, start);
    const dy = matrix(kernels, rows, outputs, start + 1e5);
    spoilPaddingRows(x, rows, inputs, Number.NaN);
    spoilPaddingRows(dy, rows, outputs, Number.NaN);
    const dw = kernels.allocate(matrixLength(inputs, outputs));
    const db = kernels.allocate(paddedColumns(outputs));
    dw.values.fill(7);
    db.values.fill(7);
    kernels.denseWeightGradient(x, dy, dw, db, rows, inputs, outputs);
    return { kernels, x, dy, dw, db };
  }

  test("agrees with its float64 twin within the stated bound and keeps the padding zero", () => {
    const shape = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 21 }),
      fc.integer({ min: 1, max: 21 }),
      fc.nat({ max: 100_000 }),
    );
    fc.assert(
      fc.property(shape, ([rows, inputs, outputs, start]) => {
        const { x, dy, dw, db } = run(rows, inputs, outputs, start);
        expectGradient(x, dy, dw, db, rows, inputs, outputs);
        expectZeroPadding(dw, db, inputs, outputs);
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  test.each([127, 128, 129])("holds at the edge of a block, %i rows", (rows) => {
    const { x, dy, dw, db } = run(rows, 6, 9, 0);
    expectGradient(x, dy, dw, db, rows, 6, 9);
  });

  test("takes more inputs than the scratch holds at a time", () => {
    for (const rows of [3, 130]) {
      const { x, dy, dw, db } = run(rows, 1030, 9, 0);
      expectGradient(x, dy, dw, db, rows, 1030, 9);
      expectZeroPadding(dw, db, 1030, 9);
    }
  });

  test("the bound does not grow with the rows", () => {
    // All products are alike: a running float32 sum of them stalls, and is off by 7e-4 here, eighty times the bound.
    const kernels = createKernels({ capacity: 2 * 8 * 100_000 + 100, variant });
    const rows = 100_000;
    const x = kernels.allocate(matrixLength(rows, 1));
    const dy = kernels.allocate(matrixLength(rows, 1));
    for (let r = 0; r < rows; r++) x.values[8 * r] = dy.values[8 * r] = Math.fround(1.1);
    const dw = kernels.allocate(matrixLength(1, 1));
    const db = kernels.allocate(8);
    kernels.denseWeightGradient(x, dy, dw, db, rows, 1, 1);
    expectGradient(x, dy, dw, db, rows, 1, 1);
    let naive = 0;
    const product = Math.fround(Math.fround(1.1) ** 2);
    for (let r = 0; r < rows; r++) naive = Math.fround(naive + product);
    const exact = rows * Math.fround(1.1) ** 2;
    expect(Math.abs(naive - exact)).toBeGreaterThan(50 * 130 * U * exact);
  });

  test("NaN reaches every weight of its input and of its output, and no other", () => {
    const { kernels, x, dy, dw, db } = run(200, 5, 6, 0);
    x.values[150 * 8 + 2] = Number.NaN;
    dy.values[20 * 8 + 4] = Infinity;
    kernels.denseWeightGradient(x, dy, dw, db, 200, 5, 6);
    for (let i = 0; i < 5; i++) {
      for (let o = 0; o < 6; o++) expect(Number.isFinite(at(dw, 6, i, o))).toBe(i !== 2 && o !== 4);
    }
    expect(db.values[4]).toBe(Infinity);
  });

  test("repeats itself to the bit", () => {
    const [a, b] = [run(300, 13, 11, 5), run(300, 13, 11, 5)];
    expect(bits(a.dw, 0, a.dw.length)).toEqual(bits(b.dw, 0, b.dw.length));
    expect(bits(a.db, 0, a.db.length)).toEqual(bits(b.db, 0, b.db.length));
  });
});
