/**
 * log(1 + t) - t for t > -1, without the cancellation next to 0: 2 atanh(v) - t with v = t / (2 + t), as in Loader
 * (2000), "Fast and accurate computation of binomial probabilities". Relative error below 1e-14. -1 gives -Infinity,
 * less or NaN gives NaN.
 */
export function log1pMinus(t: number): number {
  if (!(Math.abs(t) < 0.3)) return Math.log1p(t) - t;
  const v = t / (2 + t);
  const square = v * v;
  // Below 2^-53 of the sum from v^24 on, since v² < 0.0312.
  let sum = 1 / 25;
  for (let k = 23; k >= 3; k -= 2) sum = sum * square + 1 / k;
  return 2 * v * square * sum - t * v;
}
