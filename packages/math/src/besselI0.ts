const HALF_LOG_TWO_PI = 0.9189385332046728;
/** From here on the asymptotic series reaches exp(-2x) < 1e-17. */
const LARGE = 20;

/** Σ_k (x²/4)^k / (k! (k + order)!) · order! - 1: the power series of I_order without its first term, all positive. */
function powerSeriesRest(x: number, order: number): number {
  const y = 0.25 * x * x;
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 200; k++) {
    term *= y / (k * (k + order));
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return sum;
}

/**
 * Σ_k≥1 of the asymptotic series of I_order(x) √(2πx) exp(-x) (Abramowitz & Stegun 9.7.1), summed to its smallest term
 * or to rounding.
 */
function asymptoticRest(x: number, order: number): number {
  const mu = 4 * order * order;
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 60; k++) {
    const next = (-term * (mu - (2 * k - 1) ** 2)) / (8 * k * x);
    if (Math.abs(next) > Math.abs(term)) break;
    term = next;
    sum += term;
    if (Math.abs(term) < 1e-18) break;
  }
  return sum;
}

/**
 * log[I₀(x) exp(-x)] for x ≥ 0, I₀ being the modified Bessel function of order 0; relative error below 1e-14. Infinity
 * gives -Infinity, a negative argument or NaN gives NaN.
 */
export function logScaledBesselI0(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x < LARGE) return Math.log1p(powerSeriesRest(x, 0)) - x;
  return Math.log1p(asymptoticRest(x, 0)) - HALF_LOG_TWO_PI - 0.5 * Math.log(x);
}

/**
 * 1 - I₁(x) / I₀(x) for x ≥ 0, which falls from 1 to about 1 / (2x): one minus the mean resultant length of a von Mises
 * distribution. Relative error below 1e-13. A negative argument or NaN gives NaN.
 */
export function besselRatioComplement(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  if (x < LARGE) return 1 - (0.5 * x * (1 + powerSeriesRest(x, 1))) / (1 + powerSeriesRest(x, 0));
  const rest = asymptoticRest(x, 0);
  return (rest - asymptoticRest(x, 1)) / (1 + rest);
}
