/** log(exp(a) + exp(b)) without overflow. -Infinity stands for log 0; Infinity gives Infinity; NaN gives NaN. */
export function logAddExp(a: number, b: number): number {
  if (a === b) return a + Math.LN2;
  const difference = Math.abs(a - b);
  return Math.max(a, b) + Math.log1p(Math.exp(-difference));
}
