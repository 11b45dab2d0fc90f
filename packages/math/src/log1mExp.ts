/**
 * log(1 - exp(-y)) for y ≥ 0, the logarithm of a complement; relative error below 1e-15 (Mächler 2012, "Accurately
 * computing log(1 - exp(-|a|))"). 0 gives -Infinity, Infinity gives 0, a negative argument or NaN gives NaN.
 */
export function log1mExp(y: number): number {
  return y > Math.LN2 ? Math.log1p(-Math.exp(-y)) : Math.log(-Math.expm1(-y));
}
