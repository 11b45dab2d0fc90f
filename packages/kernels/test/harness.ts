import { setFlagsFromString } from "node:v8";
import { type Kernels, matrixLength, paddedColumns, type Region, type SimdVariant } from "@poolish/kernels";
import { isVariantSupported } from "../src/variant.ts";

// Node 20 has relaxed SIMD behind a flag, later versions without. The library never asks for it; the tests do, so that
// both variants are covered wherever the engine can run both.
if (!isVariantSupported("relaxed-simd")) setFlagsFromString("--experimental-wasm-relaxed-simd");

export const variants: readonly SimdVariant[] = (["simd128", "relaxed-simd"] as const).filter(isVariantSupported);

/** Unit roundoff of float32. */
export const U: number = 2 ** -24;

/** Deterministic values in [-1, 1) that fill the interval evenly (the golden-ratio sequence). */
export function spread(index: number): number {
  return Math.fround(((index * 0.6180339887498949) % 1) * 2 - 1);
}

/** A fresh rows × columns matrix of `spread` values from `start` on, zero in its padding. */
export function matrix(kernels: Kernels, rows: number, columns: number, start: number): Region {
  const region = kernels.allocate(matrixLength(rows, columns));
  const stride = paddedColumns(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) region.values[r * stride + c] = spread(start + r * columns + c);
  }
  return region;
}

/** Fills the padding rows of a matrix, which no result may depend on. */
export function spoilPaddingRows(region: Region, rows: number, columns: number, value: number): void {
  region.values.fill(value, rows * paddedColumns(columns));
}

/** The element of a padded row-major matrix. */
export function at(region: Region, columns: number, row: number, column: number): number {
  return region.values[row * paddedColumns(columns) + column];
}

/** The bits of the first `length` elements, so that NaNs and signed zeros compare. */
export function bits(region: Region, start: number, length: number): Uint32Array {
  return new Uint32Array(region.values.slice(start, start + length).buffer);
}
