import { bijectorFor } from "@poolish/math";
import type { Family, ScalarFamily, Strided, VectorFamily } from "../src/index.ts";
import { numbersOf, type Value } from "./cases.ts";

const NUM_NODES = 20_001;
/** Nodes t in [-6, 6] reach x = 1e±137: heavy tails and poles at a bound are covered. */
const LAST = 6;

export function constant(value: Value): Strided {
  const values = Float64Array.from(numbersOf(value));
  return { values, offset: 0, stride: 0, width: values.length };
}

/** Log-densities of points that follow each other in `x`. */
function logDensities(family: Family, parameters: readonly Value[], x: Float64Array, width = 1): Float64Array {
  const count = x.length / width;
  const logTerms = new Float64Array(count);
  const columns = parameters.map(constant);
  const partials = [{ width }, ...columns].map((column) => new Float64Array(count * column.width));
  family.evaluate(count, { values: x, offset: 0, stride: width, width }, columns, logTerms, partials);
  return logTerms;
}

/** Nodes of the double exponential rule on a family's support, and density × weight at each. */
function terms(family: ScalarFamily, parameters: readonly Value[]): { x: Float64Array; weight: Float64Array } {
  const support = family.support(parameters.flatMap(numbersOf));
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
    // A node that rounds to a bound has no weight; on a censored one it would count the atom again.
    x[i] = point[0] > support.lower && point[0] < support.upper ? point[0] : Infinity;
  }
  const weight = logDensities(family, parameters, x).map((logTerm, i) => Math.exp(logTerm + logJacobian[i]));
  // The bijector below an upper bound falls.
  return support.lower === -Infinity && !isReal ? { x: x.reverse(), weight: weight.reverse() } : { x, weight };
}

/** The probabilities of 0, 1, 2, … of a discrete family; what is left beyond them is below 1e-15 in the cases here. */
export function probabilities(family: ScalarFamily, parameters: readonly Value[]): Float64Array {
  const x = Float64Array.from({ length: 5000 }, (_, count) => count);
  return logDensities(family, parameters, x).map(Math.exp);
}

/** The integral or sum of the density over its support, without atoms. */
export function mass(family: ScalarFamily, parameters: readonly Value[]): number {
  const weights = family.isDiscrete ? probabilities(family, parameters) : terms(family, parameters).weight;
  return weights.reduce((sum, weight) => sum + weight, 0);
}

/**
 * The integral of a density of vectors by the trapezoidal rule in unconstrained space, where it falls exponentially:
 * steps of 1/4 up to `reach` in each direction are then exact to rounding.
 */
export function vectorMass(family: VectorFamily, parameters: readonly Value[], reach: number): number {
  const numbers = parameters.flatMap(numbersOf);
  const width = family.eventSize(numbers);
  const bijector = bijectorFor(family.support(numbers), width);
  const dim = bijector.unconstrainedSize;
  const perAxis = 8 * reach + 1;
  const inner = perAxis ** (dim - 1);
  let sum = 0;
  for (let first = 0; first < perAxis; first++) {
    const x = new Float64Array(inner * width);
    const logJacobian = new Float64Array(inner);
    for (let i = 0; i < inner; i++) {
      const u = Float64Array.from({ length: dim }, (_, d) => {
        const index = d === 0 ? first : Math.floor(i / perAxis ** (d - 1)) % perAxis;
        return -reach + index / 4;
      });
      logJacobian[i] = bijector.constrain(u, x.subarray(i * width, (i + 1) * width));
    }
    const logTerms = logDensities(family, parameters, x, width);
    for (let i = 0; i < inner; i++) sum += Math.exp(logTerms[i] + logJacobian[i]);
  }
  return sum / 4 ** dim;
}

/** The cumulative distribution of a continuous family, linear between the nodes of the quadrature; atoms left out. */
export function cumulative(family: ScalarFamily, parameters: readonly Value[]): (x: number) => number {
  const { x, weight } = terms(family, parameters);
  const total = family.hasAtoms ? weight.reduce((sum, value) => sum + value, 0) : 1;
  let sum = 0;
  const below = weight.map((value) => {
    sum += value;
    return (sum - value / 2) / total;
  });
  let end = NUM_NODES - 1;
  while (x[end] === Infinity) end--;
  const start = x.findIndex((node) => node !== Infinity);
  return (value) => {
    let low = start;
    let high = end;
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
