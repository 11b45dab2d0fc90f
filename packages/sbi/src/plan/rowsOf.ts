/** Rows `indices` of a row-major matrix. */
export function rowsOf(values: Float64Array, width: number, indices: Int32Array): Float64Array {
  const taken = new Float64Array(indices.length * width);
  indices.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
