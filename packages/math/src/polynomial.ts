/** Σ coefficients[i] x^(n-1-i) by Horner's rule: the coefficient of the highest power comes first. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}
