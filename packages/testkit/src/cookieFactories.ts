import { logBeta } from "@poolish/math";

/** The chip counts of one factory: how many cookies, and how many chips in all. Both may be 0. */
export interface CookieGroup {
  readonly count: number;
  readonly sum: number;
}

/** Mean and standard deviation of one quantity. */
export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Posterior of the hierarchical model; `rate` holds one entry a group. */
export interface CookieFactoriesPosterior {
  readonly mu: Moments;
  readonly sigma: Moments;
  readonly rate: readonly Moments[];
}

/** The prior Gamma(2, rate 0.2) of mu, and of the single rate of `alonePosterior` and `pooledPosterior`. */
const PRIOR_SHAPE = 2;
const PRIOR_RATE = 0.2;

/** Ends of the quadrature variable t: mu and sigma from 1e-25 to 400, all but 1e-16 of the prior. */
const FIRST = -4;
const LAST = 6;
/** Coarse cells of the axis of mu, on which its mass is looked for. */
const NUM_CELLS = 64;
/** A term whose logarithm is this far below the largest carries no mass that a double could show. */
const NEGLIGIBLE = 45;

/**
 * log p(group | mu, sigma) with the rate integrated out, up to a constant of the data: Gamma–Poisson with
 * a = (mu / sigma)², b = mu / sigma². Written with logBeta and log1p because a → ∞ as sigma → 0.
 */
function logMarginal(group: CookieGroup, a: number, b: number): number {
  const logRatio = -a * Math.log1p(group.count / b);
  if (group.sum === 0) return logRatio;
  return logRatio - logBeta(a, group.sum) - group.sum * Math.log(b + group.count);
}

function logJoint(groups: readonly CookieGroup[], mu: number, sigma: number): number {
  const b = mu / (sigma * sigma);
  let sum = (PRIOR_SHAPE - 1) * Math.log(mu) - PRIOR_RATE * mu - sigma;
  for (const group of groups) sum += logMarginal(group, mu * b, b);
  return sum;
}

interface Rule {
  readonly nodes: Float64Array;
  readonly logWeights: Float64Array;
}

/** The double exponential rule on (0, ∞), x = exp(t - exp(-t)) at the midpoints of equal steps (Takahasi & Mori 1974). */
function halfLineRule(numNodes: number): Rule {
  const nodes = new Float64Array(numNodes);
  const logWeights = new Float64Array(numNodes);
  for (let i = 0; i < numNodes; i++) {
    const t = FIRST + ((i + 0.5) * (LAST - FIRST)) / numNodes;
    const logNode = t - Math.exp(-t);
    nodes[i] = Math.exp(logNode);
    logWeights[i] = logNode + Math.log1p(Math.exp(-t));
  }
  return { nodes, logWeights };
}

function largestOf(values: ArrayLike<number>): number {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
  return largest;
}

/**
 * The cells of mu, given sigma, that hold mass, and their neighbours. Few groups with much data make a narrow ridge
 * towards sigma = 0, which would need a fine grid everywhere.
 */
function cellsWithMass(groups: readonly CookieGroup[], cells: Rule, sigma: number): number[] {
  const logTerms = cells.nodes.map((mu, i) => logJoint(groups, mu, sigma) + cells.logWeights[i]);
  const threshold = largestOf(logTerms) - NEGLIGIBLE;
  const hasMass = (cell: number): boolean => logTerms[cell] >= threshold;
  return Array.from(logTerms.keys()).filter((cell) => hasMass(cell - 1) || hasMass(cell) || hasMass(cell + 1));
}

/** The points (mu, sigma) of the quadrature and the logarithms of their unnormalised weights. */
interface WeightedPoints {
  readonly mu: number[];
  readonly sigma: number[];
  readonly logWeight: number[];
}

function posteriorPoints(groups: readonly CookieGroup[], refinement: number): WeightedPoints {
  const points: WeightedPoints = { mu: [], sigma: [], logWeight: [] };
  const cells = halfLineRule(NUM_CELLS);
  const muRule = halfLineRule(NUM_CELLS * refinement);
  const sigmaRule = halfLineRule(10 * refinement);
  sigmaRule.nodes.forEach((sigma, s) => {
    for (const cell of cellsWithMass(groups, cells, sigma)) {
      for (let m = cell * refinement; m < (cell + 1) * refinement; m++) {
        const mu = muRule.nodes[m];
        points.mu.push(mu);
        points.sigma.push(sigma);
        points.logWeight.push(logJoint(groups, mu, sigma) + muRule.logWeights[m] + sigmaRule.logWeights[s]);
      }
    }
  });
  return points;
}

/** Sums of a quantity's first two moments, weighted. */
interface MomentSums {
  first: number;
  second: number;
}

function moments({ first, second }: MomentSums, total: number): Moments {
  const mean = first / total;
  return { mean, sd: Math.sqrt(second / total - mean * mean) };
}

/**
 * Exact posterior of mu ~ Gamma(2, rate 0.2), sigma ~ Exponential(1), rate_j ~ Gamma(mu²/sigma², rate mu/sigma²),
 * x_j ~ Poisson(rate_j), by double exponential rules in mu and sigma (64 and 10 nodes times `refinement`); given both,
 * rate_j is Gamma(a + sum, b + count). Absolute error below 1e-9 at the default for up to 100 groups or 1000 cookies a
 * group: doubling `refinement` shows it. Groups must be sums of counts; nothing is checked.
 */
export function cookieFactoriesPosterior(groups: readonly CookieGroup[], refinement = 16): CookieFactoriesPosterior {
  const points = posteriorPoints(groups, refinement);
  const largest = largestOf(points.logWeight);
  let total = 0;
  const muSums: MomentSums = { first: 0, second: 0 };
  const sigmaSums: MomentSums = { first: 0, second: 0 };
  const rateSums: MomentSums[] = groups.map(() => ({ first: 0, second: 0 }));
  for (let k = 0; k < points.mu.length; k++) {
    const weight = Math.exp(points.logWeight[k] - largest);
    const mu = points.mu[k];
    const sigma = points.sigma[k];
    const b = mu / (sigma * sigma);
    total += weight;
    addPoint(muSums, weight, mu, 0);
    addPoint(sigmaSums, weight, sigma, 0);
    for (let j = 0; j < groups.length; j++) {
      const shape = mu * b + groups[j].sum;
      const rate = b + groups[j].count;
      addPoint(rateSums[j], weight, shape / rate, shape / (rate * rate));
    }
  }
  return {
    mu: moments(muSums, total),
    sigma: moments(sigmaSums, total),
    rate: rateSums.map((sums) => moments(sums, total)),
  };
}

function addPoint(sums: MomentSums, weight: number, mean: number, variance: number): void {
  sums.first += weight * mean;
  sums.second += weight * (mean * mean + variance);
}

/** Exact posterior of the rate of one group on its own under the prior Gamma(2, rate 0.2). */
export function alonePosterior(group: CookieGroup): Moments {
  const shape = PRIOR_SHAPE + group.sum;
  const rate = PRIOR_RATE + group.count;
  return { mean: shape / rate, sd: Math.sqrt(shape) / rate };
}

/** Exact posterior of one rate that all groups share under the prior Gamma(2, rate 0.2). */
export function pooledPosterior(groups: readonly CookieGroup[]): Moments {
  return alonePosterior({
    count: groups.reduce((total, group) => total + group.count, 0),
    sum: groups.reduce((total, group) => total + group.sum, 0),
  });
}
