import type { LogDensity, TemperedDensity } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { SmcDraws } from "@poolish/mcmc";

export type Evaluate = LogDensity["valueAndGradient"];

/**
 * Standard errors by which an estimate may be off: |t| > 6.1 has probability 1e-5 at the 19 degrees of freedom that the
 * spread between 20 groups has.
 */
export const ALLOWED = 6.1;

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** log Normal(x; mean, sd) for each coordinate, summed; overwrites `gradient`. */
export function logNormals(x: Float64Array, mean: number, sd: number, gradient: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) {
    const z = (x[j] - mean) / sd;
    sum -= 0.5 * z * z + Math.log(sd) + HALF_LOG_TWO_PI;
    gradient[j] = -z / sd;
  }
  return sum;
}

/** prior · likelihood. */
export function tempered(dim: number, parts: Omit<TemperedDensity, "dim" | "valueAndGradient">): TemperedDensity {
  const partial = new Float64Array(dim);
  return {
    dim,
    ...parts,
    valueAndGradient(position, gradient) {
      const prior = parts.logPrior(position, gradient);
      const likelihood = parts.logLikelihood(position, partial);
      for (let j = 0; j < dim; j++) gradient[j] += partial[j];
      return prior + likelihood;
    },
  };
}

/** Independent Normal(0, sd) priors on all of R^dim. */
export function withNormalPrior(dim: number, sd: number, logLikelihood: Evaluate): TemperedDensity {
  return tempered(dim, {
    samplePrior(rng, position) {
      for (let j = 0; j < dim; j++) position[j] = sd * standardNormal(rng);
    },
    logPrior: (position, gradient) => logNormals(position, 0, sd, gradient),
    logLikelihood,
  });
}

/** Two Gaussians of weight .3 about -4 and .7 about 4 on the diagonal, sd .5, under a Normal(0, 5) prior. */
export function twoModes(dim: number): { readonly density: TemperedDensity; readonly logEvidence: number } {
  const other = new Float64Array(dim);
  const density = withNormalPrior(dim, 5, (position, gradient) => {
    const left = Math.log(0.3) + logNormals(position, -4, 0.5, gradient);
    const right = Math.log(0.7) + logNormals(position, 4, 0.5, other);
    const total = Math.max(left, right) + Math.log1p(Math.exp(-Math.abs(left - right)));
    const share = Math.exp(left - total);
    for (let j = 0; j < dim; j++) gradient[j] = share * gradient[j] + (1 - share) * other[j];
    return total;
  });
  const sd = Math.hypot(5, 0.5);
  return { density, logEvidence: logNormals(new Float64Array(dim).fill(4), 0, sd, new Float64Array(dim)) };
}

export interface Estimate {
  readonly estimate: number;
  readonly standardError: number;
}

/**
 * Mean of f over the draws, with the standard error of a ratio of sums over independent groups:
 * √(Σ (S_k - n_k mean)² · G / (G - 1)) / n.
 */
export function meanOf(draws: SmcDraws, f: (position: Float64Array) => number): Estimate {
  const dim = draws.positions.length / draws.numDraws;
  const sums = new Map<number, number>();
  const sizes = new Map<number, number>();
  for (let i = 0; i < draws.numDraws; i++) {
    const k = draws.group[i];
    sums.set(k, (sums.get(k) ?? 0) + f(draws.positions.subarray(i * dim, (i + 1) * dim)));
    sizes.set(k, (sizes.get(k) ?? 0) + 1);
  }
  const estimate = [...sums.values()].reduce((total, sum) => total + sum, 0) / draws.numDraws;
  const squares = [...sums].reduce((total, [k, sum]) => total + (sum - (sizes.get(k) ?? 0) * estimate) ** 2, 0);
  const numGroups = sums.size;
  return { estimate, standardError: Math.sqrt((squares * numGroups) / (numGroups - 1)) / draws.numDraws };
}
