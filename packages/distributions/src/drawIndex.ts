import type { Rng } from "@poolish/core";

/** An index 0 … size - 1 with probabilities shares[offset + index], which sum to 1 up to rounding. */
export function drawIndex(rng: Rng, shares: ArrayLike<number>, offset: number, size: number): number {
  let total = 0;
  for (let k = 0; k < size; k++) total += shares[offset + k];
  let left = rng.uniform() * total;
  let last = 0;
  for (let k = 0; k < size; k++) {
    if (shares[offset + k] === 0) continue;
    last = k;
    left -= shares[offset + k];
    if (left < 0) return k;
  }
  return last;
}
