/** θ rows of a learned likelihood: which trials share one, and where each parameter finds its value. */
export interface DistinctRows {
  readonly numRows: number;
  /** The row of each trial. */
  readonly row: Int32Array;
  /** For each part, the element that row r takes. */
  readonly indexOfRow: readonly Int32Array[];
}

/**
 * The distinct tuples (parts[0][i], parts[1][i], …) over trials i, numbered in order of first appearance. Each part
 * gives one element index a trial. O(trials × parts).
 */
export function distinctRows(parts: readonly Int32Array[], numTrials: number): DistinctRows {
  const row = new Int32Array(numTrials);
  for (const part of parts) {
    const width = part.reduce((largest, index) => Math.max(largest, index), 0) + 1;
    const codes = new Map<number, number>();
    for (let i = 0; i < numTrials; i++) {
      const key = row[i] * width + part[i];
      const known = codes.get(key);
      row[i] = known ?? codes.size;
      if (known === undefined) codes.set(key, codes.size);
    }
  }
  const numRows = numTrials === 0 ? 0 : row.reduce((largest, index) => Math.max(largest, index), 0) + 1;
  const indexOfRow = parts.map((part) => {
    const index = new Int32Array(numRows);
    for (let i = 0; i < numTrials; i++) index[row[i]] = part[i];
    return index;
  });
  return { numRows, row, indexOfRow };
}
