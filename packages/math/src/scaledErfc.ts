/** Where the Chebyshev variable (x - K)/(x + K) is zero; the K of Shepherd & Laframboise. */
const K = 3.75;

/** Chebyshev coefficients of (1 + 2x) exp(x²) erfc(x), in falling order. Made by test/fixtures/coefficients.py. */
const COEFFICIENTS = [
  5.068148904796111e-17, 7.418235256624044e-17, -1.2507950530688648e-15, -1.864562880419313e-15, 3.3478119482868056e-14,
  3.25254814814874e-14, -9.65469674843344e-13, 1.9455868545777347e-13, 2.86879501093067e-11, -6.318088340886684e-11,
  -7.754400208831351e-10, 4.521959811218287e-9, 1.076499946567091e-8, -2.1886401049234397e-7, 7.74038306619849e-7,
  4.13902798607301e-6, -6.916973302501207e-5, 0.0004907758365258086, -0.002413163540417608, 0.009074997670705265,
  -0.026658668435305753, 0.05920993999819189, -0.08424913336651792, -0.004590054580646478,
] as const;
const CONSTANT = 1.1775789345674017;

/**
 * exp(x²) erfc(x) for x ≥ 0, relative error below 2e-15: Chebyshev series in (x - K)/(x + K), summed by Clenshaw's
 * recurrence (Shepherd & Laframboise 1981, Mathematics of Computation 36, 249–253; coefficients computed afresh).
 * Infinity gives 0, a negative argument or NaN gives NaN.
 */
export function scaledErfc(x: number): number {
  if (!(x >= 0)) return NaN;
  if (x === Infinity) return 0;
  const t = (x - K) / (x + K);
  let next = 0;
  let afterNext = 0;
  for (let i = 0; i < COEFFICIENTS.length; i++) {
    const current = 2 * t * next - afterNext + COEFFICIENTS[i];
    afterNext = next;
    next = current;
  }
  return (t * next - afterNext + CONSTANT) / (1 + 2 * x);
}
