import { constant } from "../constant";
import { ONE } from "../exponential";
import { multiplyAdd } from "../multiplyAdd";
import { softmaxTerms } from "../powerOfTwo";

/**
 * Overwrites `result` (numBins vectors) with e^(v − largest) of those of `raw`, lane by lane, and returns what to multiply them by
 * for their sum to be 1.
 */
function exponentiate(raw: usize, result: usize, bytes: usize): v128 {
  let most = v128.load(raw);
  for (let i: usize = 16; i < bytes; i += 16) most = f32x4.pmax(most, v128.load(raw + i));
  return f32x4.div(constant(ONE), softmaxTerms(raw, result, bytes, most));
}

/** Overwrites `probability` with the softmax of the vectors at `raw`, and `raw` with their sums over the bins left of each. */
export function openBins(raw: usize, probability: usize, numBins: i32): void {
  const bytes = <usize>numBins << 4, factor = exponentiate(raw, probability, bytes);
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.mul(v128.load(probability + i), factor);
    v128.store(probability + i, value);
    v128.store(raw + i, sum);
    sum = f32x4.add(sum, value);
  }
}

/** `openBins`, and the bin of u in [0, 1], an integer in each lane: bin k begins at k·least + share·(the sum left of it). */
export function findBin(u: v128, raw: usize, probability: usize, numBins: i32, least: v128, share: v128): v128 {
  const bytes = <usize>numBins << 4, factor = exponentiate(raw, probability, bytes);
  let sum = f32x4.splat(0), edge = sum, bin = i32x4.splat(-1);
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = f32x4.mul(v128.load(probability + i), factor);
    v128.store(probability + i, value);
    v128.store(raw + i, sum);
    // A mask is −1 where it is set. Below the first edge, outside of the interval, any bin will do: it is not used.
    bin = i32x4.sub(bin, f32x4.ge(u, multiplyAdd(share, sum, edge)));
    sum = f32x4.add(sum, value);
    edge = f32x4.add(edge, least);
  }
  return i32x4.max_s(bin, i32x4.splat(0));
}
