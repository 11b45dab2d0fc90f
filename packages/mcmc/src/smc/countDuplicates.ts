/** How many rows of `positions` (rows of `dim`, row-major) equal an earlier one. */
export function countDuplicates(positions: Float64Array, dim: number): number {
  const seen = new Set<string>();
  const count = positions.length / dim;
  for (let i = 0; i < count; i++) seen.add(positions.subarray(i * dim, (i + 1) * dim).join());
  return count - seen.size;
}
