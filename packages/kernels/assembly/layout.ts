/** Bytes from one row of a matrix to the next: rows are padded to 8 float32 elements. */
// @ts-ignore: decorator
@inline
export function rowBytes(columns: i32): usize {
  return <usize>((columns + 7) & ~7) << 2;
}
