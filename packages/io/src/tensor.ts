/** A named array of a safetensors file, row-major; `values.length` is the product of `shape` (1 for a scalar, []). */
export type Tensor =
  | { readonly dtype: "F32"; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly dtype: "F64"; readonly shape: readonly number[]; readonly values: Float64Array }
  | { readonly dtype: "I32"; readonly shape: readonly number[]; readonly values: Int32Array };

/** What a safetensors file holds: tensors by name, and free text by key. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Bytes of one value of each dtype that Poolish reads and writes. */
export const BYTES_PER_VALUE: Readonly<Record<Tensor["dtype"], number>> = { F32: 4, F64: 8, I32: 4 };

/** The number of values of a shape. */
export function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
