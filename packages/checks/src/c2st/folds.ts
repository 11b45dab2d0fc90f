import type { Rng } from "@poolish/core";
import { shuffle } from "@poolish/math";

/** Training and held-out rows of one fold. */
export interface Fold {
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * Cuts the rows 0 … numRows - 1 in a random order into `numFolds` held-out sets, sizes as equal as can be with the larger
 * ones first (scikit-learn's KFold with shuffle); not stratified.
 */
export function kFolds(rng: Rng, numRows: number, numFolds: number): Fold[] {
  return foldsOf(
    numRows,
    cut(
      rng,
      Int32Array.from({ length: numRows }, (_, i) => i),
      numFolds,
    ),
  );
}

/** The same with each label in its share in every fold: a row left out does not tilt the rest against its label. */
export function stratifiedFolds(rng: Rng, labels: Uint8Array, numFolds: number): Fold[] {
  const rows = Int32Array.from(labels, (_, i) => i);
  const ones = cut(
    rng,
    rows.filter((row) => labels[row] === 1),
    numFolds,
  );
  const zeros = cut(
    rng,
    rows.filter((row) => labels[row] === 0),
    numFolds,
  );
  return foldsOf(
    labels.length,
    zeros.map((held, k) => joined(held, ones[k])),
  );
}

/** Shuffles `rows` and cuts them into pieces, the larger ones first. */
function cut(rng: Rng, rows: Int32Array, numPieces: number): Int32Array[] {
  shuffle(rng, rows);
  const size = Math.floor(rows.length / numPieces);
  const numLarger = rows.length % numPieces;
  return Array.from({ length: numPieces }, (_, k) => {
    const start = k * size + Math.min(k, numLarger);
    return rows.slice(start, start + size + (k < numLarger ? 1 : 0));
  });
}

function foldsOf(numRows: number, pieces: readonly Int32Array[]): Fold[] {
  return pieces.map((heldOut, k) => {
    const training = new Int32Array(numRows - heldOut.length);
    let next = 0;
    for (const [other, piece] of pieces.entries()) {
      if (other === k) continue;
      training.set(piece, next);
      next += piece.length;
    }
    return { training, heldOut };
  });
}

function joined(first: Int32Array, second: Int32Array): Int32Array {
  const both = new Int32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
