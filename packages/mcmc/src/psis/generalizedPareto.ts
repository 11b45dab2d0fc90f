/** The generalised Pareto distribution on (0, ∞), or on (0, -scale / shape) for a negative shape. */
export interface GeneralizedPareto {
  /** k: the tail has as many moments as 1 / k; 0 is the exponential distribution. */
  readonly shape: number;
  readonly scale: number;
}

/** The prior's scale is set by the first quartile, as the paper recommends: quantile ¼ times 3 (§3 there). */
const PRIOR_QUARTILES = 3;
/** The shape is drawn to ½ as by ten observations (Vehtari et al. 2024, appendix G): at small sizes the estimate is noisy. */
const PRIOR_SHAPE = 0.5;
const PRIOR_COUNT = 10;
/** Grid points with less than this share of the posterior are left out. */
const NEGLIGIBLE = 10 * Number.EPSILON;

/**
 * Fits to ascending positive `sorted` by the empirical Bayes estimate of Zhang & Stephens (2009, Technometrics 51(3)),
 * then shrinks the shape. NaN where that cannot be done (equal values, or values so small that they underflow).
 */
export function fitGeneralizedPareto(sorted: Float64Array): GeneralizedPareto {
  const n = sorted.length;
  const grid = candidates(sorted);
  // Profile log-likelihood of b = -shape / scale, up to a constant: the paper's eq. 6 with the sign of k turned around.
  const logLikelihoods = grid.map((b) => {
    const shape = shapeGiven(b, sorted);
    return n * (Math.log(-b / shape) - shape - 1);
  });
  const weights = logLikelihoods.map(
    (own) => 1 / logLikelihoods.reduce((sum, other) => sum + Math.exp(other - own), 0),
  );
  let total = 0;
  let weighted = 0;
  for (let i = 0; i < grid.length; i++) {
    if (weights[i] < NEGLIGIBLE) continue;
    total += weights[i];
    weighted += weights[i] * grid[i];
  }
  const b = weighted / total;
  const shape = shapeGiven(b, sorted);
  return { shape: (n * shape + PRIOR_COUNT * PRIOR_SHAPE) / (n + PRIOR_COUNT), scale: -shape / b };
}

/** Where the posterior mean of b is summed: 30 + √n points (§3 of the paper). */
function candidates(sorted: Float64Array): Float64Array {
  const n = sorted.length;
  const count = 30 + Math.floor(Math.sqrt(n));
  const quartile = sorted[Math.floor(n / 4 + 0.5) - 1];
  return Float64Array.from({ length: count }, (_, i) => {
    return 1 / sorted[n - 1] + (1 - Math.sqrt(count / (i + 0.5))) / (PRIOR_QUARTILES * quartile);
  });
}

/** The shape that maximises the likelihood where -shape / scale is b. */
function shapeGiven(b: number, sorted: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) sum += Math.log1p(-b * sorted[i]);
  return sum / sorted.length;
}

/** The quantile function at `probability` in [0, 1). */
export function generalizedParetoQuantile({ shape, scale }: GeneralizedPareto, probability: number): number {
  const exponential = -Math.log1p(-probability);
  return Math.abs(shape) < Number.EPSILON ? scale * exponential : (scale * Math.expm1(shape * exponential)) / shape;
}
