/**
 * log(exp(y) - 1) for y ≥ 0, the inverse of `log1pExp`; error below 1e-15 · max(1, |result|) (it is zero at log 2).
 * 0 gives -Infinity, Infinity gives Infinity, a negative argument or NaN gives NaN.
 */
export function logExpm1(y: number): number {
  return y > 1 ? y + Math.log1p(-Math.exp(-y)) : Math.log(Math.expm1(y));
}
