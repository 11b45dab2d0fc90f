/** How many rows of `positions` (rows of `dim`, row-major) equal an earlier one. */
export function countDuplicates(positions: Float64Array, dim: number): number {
  const count = positions.length / dim;
  // Rows that begin with the same number, as chains: the last of each in the map, and the one before each row.
  const last = new Map<number, number>();
  const previous = new Int32Array(count);
  let numDuplicates = 0;
  for (let i = 0; i < count; i++) {
    const first = positions[i * dim];
    previous[i] = last.get(first) ?? -1;
    last.set(first, i);
    let other = previous[i];
    while (other >= 0 && !areEqual(positions, dim, i, other)) other = previous[other];
    numDuplicates += Number(other >= 0);
  }
  return numDuplicates;
}

function areEqual(positions: Float64Array, dim: number, i: number, other: number): boolean {
  for (let j = 0; j < dim; j++) if (positions[i * dim + j] !== positions[other * dim + j]) return false;
  return true;
}
