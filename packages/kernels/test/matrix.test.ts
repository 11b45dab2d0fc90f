import { columnsOf, createKernels, matrixOver, rowsOf, vectorOver } from "@poolish/kernels";
import { expect, test } from "vitest";
import { row } from "./matrices.ts";

test("views share their memory; they say whether their padding is their own", () => {
  const kernels = createKernels({ capacity: 1000 });
  const matrix = kernels.allocateMatrix(10, 20);
  matrix.values.forEach((_, i, all) => {
    all[i] = i;
  });
  const part = rowsOf(columnsOf(matrix, 8, 3), 4, 2);
  expect([row(part, 0), row(part, 1)]).toEqual([
    [104, 105, 106],
    [128, 129, 130],
  ]);
  expect(part.pointer - matrix.pointer).toBe(4 * 104);
  const isPadded = (first: number, count: number) => columnsOf(matrix, first, count).isPadded;
  expect([isPadded(0, 8), isPadded(8, 12), isPadded(0, 20), isPadded(1, 8), isPadded(8, 4)]).toEqual([
    ...[true, true, true],
    ...[false, false],
  ]);
  expect([rowsOf(matrix, 0, 4).isPadded, rowsOf(matrix, 4, 6).isPadded, rowsOf(matrix, 0, 5).isPadded]).toEqual([
    true,
    true,
    false,
  ]);
});

test("matrices and vectors over a region", () => {
  const kernels = createKernels({ capacity: 1000 });
  const region = kernels.allocate(64);
  const matrix = matrixOver(region, 16, 3, 5);
  expect([matrix.stride, matrix.values.length, matrix.pointer]).toEqual([8, 32, region.pointer + 64]);
  expect(vectorOver(region, 48, 9)).toMatchObject({ rows: 9, columns: 1, stride: 1, isPadded: false });
  expect(() => matrixOver(region, 40, 3, 5)).toThrow("outside a region of 64");
  expect(() => matrixOver(region, 0, 0, 5)).toThrow("must be positive integers");
  expect(() => kernels.allocateMatrix(2, 1.5)).toThrow();
  expect(() => columnsOf(matrix, 3, 3)).toThrow("columns 3 to 6 are not within 5");
  expect(() => rowsOf(matrix, 0, 0)).toThrow("rows 0 to 0");
});

test("indices are whole numbers of the same memory", () => {
  const kernels = createKernels({ capacity: 100 });
  const indices = kernels.allocateIndices(5);
  expect(indices.values.length).toBe(5);
  expect(kernels.allocate(4).pointer).toBe(indices.pointer + 32);
});
