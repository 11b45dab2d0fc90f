import type { Rng } from "@poolish/core";

/** Directions in which the tangents of a field's jet are taken, several for each term. */
export interface Directions {
  readonly count: number;
  /** count × numTerms × D. */
  readonly values: Float64Array;
}

/**
 * Signs at random: the mean over them of v·(∂turn/∂u)·v is an unbiased estimate of the divergence (Hutchinson 1989; for flows
 * Grathwohl et al. 2019, who keep them along the whole path).
 */
export function randomDirections(rng: Rng, count: number, numTerms: number, D: number): Directions {
  const values = Float64Array.from({ length: count * numTerms * D }, () => (rng.uniform() < 0.5 ? -1 : 1));
  return { count, values };
}
