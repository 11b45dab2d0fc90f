import type { Distribution, VectorDistribution } from "@poolish/distributions";

/** A distribution that is to be sampled in its standard form: see `nonCentered`. */
export interface NonCentered {
  readonly nonCentered: true;
  readonly distribution: Distribution | VectorDistribution;
}

/**
 * The same distribution, sampled by other coordinates: x = location + scale × z with a standard z, which takes the funnel
 * out of hierarchies with few or vague data per group (Betancourt & Girolami 2013, "Hamiltonian Monte Carlo for
 * hierarchical models"). For `sample` only, of location–scale families: normal, studentT, cauchy, laplace, logistic,
 * multivariateNormal. What is recorded is x.
 */
export function nonCentered(distribution: Distribution | VectorDistribution): NonCentered {
  return { nonCentered: true, distribution };
}
