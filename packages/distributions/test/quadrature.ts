import { bijectorFor } from "@poolish/math";
import type { Family, Strided } from "../src/index.ts";

const NUM_NODES = 20_001;
/** Nodes t in [-6, 6] reach x = 1e±137: heavy tails and poles at a bound are covered. */
const LAST = 6;

const constant = (value: number): Strided => ({ values: Float64Array.of(value), offset: 0, stride: 0 });

function logDensities(family: Family, parameters: readonly number[], x: Float64Array): Float64Array {
  const logTerms = new Float64Array(x.length);
  const partials = Array.from({ length: 1 + parameters.length }, () => new Float64Array(x.length));
  family.evaluate(x.length, { values: x, offset: 0, stride: 1 }, parameters.map(constant), logTerms, partials);
  return logTerms;
}

/** Nodes of the double exponential rule on a family's support, and density × weight at each. */
function terms(family: Family, parameters: readonly number[]): { x: Float64Array; weight: Float64Array } {
  const support = family.support(parameters);
  const isReal = support.lower === -Infinity && support.upper === Infinity;
  const bijector = bijectorFor(support, 1);
  const x = new Float64Array(NUM_NODES);
  const logJacobian = new Float64Array(NUM_NODES);
  const point = new Float64Array(1);
  const h = (2 * LAST) / (NUM_NODES - 1);
  for (let i = 0; i < NUM_NODES; i++) {
    const t = -LAST + i * h;
    const u = (Math.PI / 2) * Math.sinh(t);
    logJacobian[i] = Math.log(h * (Math.PI / 2) * Math.cosh(t)) + (isReal ? Math.log(Math.cosh(u)) : 0);
    logJacobian[i] += bijector.constrain(Float64Array.of(isReal ? Math.sinh(u) : u), point);
    x[i] = point[0];
  }
  return { x, weight: logDensities(family, parameters, x).map((logTerm, i) => Math.exp(logTerm + logJacobian[i])) };
}

/** The probabilities of 0, 1, 2, … of a discrete family; what is left beyond them is below 1e-15 in the cases here. */
export function probabilities(family: Family, parameters: readonly number[]): Float64Array {
  const x = Float64Array.from({ length: 5000 }, (_, count) => count);
  return logDensities(family, parameters, x).map(Math.exp);
}

/** The integral or sum of the density over its support: 1. */
export function mass(family: Family, parameters: readonly number[]): number {
  const weights = family.isDiscrete ? probabilities(family, parameters) : terms(family, parameters).weight;
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/** The cumulative distribution of a continuous family, linear between the nodes of the quadrature. */
export function cumulative(family: Family, parameters: readonly number[]): (x: number) => number {
  const { x, weight } = terms(family, parameters);
  let sum = 0;
  const below = weight.map((value) => {
    sum += value;
    return sum - value / 2;
  });
  return (value) => {
    let low = 0;
    let high = NUM_NODES - 1;
    if (value <= x[low]) return 0;
    if (value >= x[high]) return 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle] <= value) low = middle;
      else high = middle;
    }
    return below[low] + ((below[high] - below[low]) * (value - x[low])) / (x[high] - x[low]);
  };
}
