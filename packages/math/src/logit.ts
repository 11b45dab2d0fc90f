/**
 * log(p / (1 - p)), the inverse of `logistic`; relative error below 1e-15 with respect to the double p, also next to the
 * zero at 1/2. 0 gives -Infinity, 1 gives Infinity; outside [0, 1] and NaN give NaN.
 */
export function logit(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  return p > 0.25 && p < 0.75 ? 2 * Math.atanh(2 * p - 1) : Math.log(p / (1 - p));
}
