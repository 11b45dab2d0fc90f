import { PoolishError, type Rng } from "@poolish/core";
import type { Observations, PosteriorEstimator } from "@poolish/estimators";
import type { JointPrior } from "../jointPrior.ts";

/** Draws by which the threshold is estimated: five below a quantile of 1e-4. */
const NUM_POSTERIOR = 50_000;
/** Prior draws by which the kept share is estimated. */
const NUM_PRIOR = 10_000;
/** Prior draws whose densities are computed at once. */
const LARGEST_BLOCK = 1024;
const SMALLEST_BLOCK = 16;
/** Blocks in a row without a draw in the region before sampling gives up. */
const MOST_BLOCKS = 10_000;

/** A prior where an estimator's density at x is at least a threshold. */
export interface TruncatedPrior extends JointPrior {
  /** Of log p(θ | x). */
  readonly threshold: number;
  /** The prior's mass of the region, by `NUM_PRIOR` draws. */
  readonly keptShare: number;
}

/**
 * The prior within the region of highest density that holds all but `quantile` of p(θ | x), by rejection (Deistler, Goncalves
 * & Macke 2022, algorithm 1). Within the region it is proportional to the prior, which is why training needs no correction.
 */
export function truncatePrior(
  prior: JointPrior,
  { logProb, sample }: PosteriorEstimator,
  x: Observations,
  quantile: number,
  rng: Rng,
): TruncatedPrior {
  const [posteriorRng, priorRng] = rng.split(2);
  const width = prior.parameters.length;
  const densities = logProb(sample(posteriorRng, x, NUM_POSTERIOR), x).sort();
  const threshold = densities[Math.floor(quantile * NUM_POSTERIOR)];
  const drawn = drawPrior(prior, priorRng, NUM_PRIOR);
  const kept = logProb(drawn, x).reduce((number, value) => number + (value >= threshold ? 1 : 0), 0);
  const keptShare = kept / NUM_PRIOR;
  const block = Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, Math.ceil(2 / Math.max(keptShare, 1e-9))));
  return {
    parameters: prior.parameters,
    threshold,
    keptShare,
    sample(own, theta) {
      for (let attempt = 0; attempt < MOST_BLOCKS; attempt++) {
        const candidates = drawPrior(prior, own, block);
        const row = logProb(candidates, x).findIndex((value) => value >= threshold);
        if (row < 0) continue;
        theta.set(candidates.subarray(row * width, (row + 1) * width));
        return;
      }
      throw new PoolishError(`none of ${MOST_BLOCKS * block} prior draws lies where the posterior is`, {
        kind: "numerical",
        field: "prior",
        remedy: "Pass fewer rounds, or a prior that is nearer to the observation.",
      });
    },
  };
}

function drawPrior(prior: JointPrior, rng: Rng, count: number): Float64Array {
  const width = prior.parameters.length;
  const theta = new Float64Array(count * width);
  for (let i = 0; i < count; i++) prior.sample(rng, theta.subarray(i * width, (i + 1) * width));
  return theta;
}
