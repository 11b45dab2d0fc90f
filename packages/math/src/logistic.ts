/** 1 / (1 + exp(-x)), relative error below 1e-15 on the whole line; its complement is `logistic(-x)`. NaN gives NaN. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
