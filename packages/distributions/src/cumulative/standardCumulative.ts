import { log1mExp } from "@poolish/math";
import { areNumbersOnSupport } from "../component.ts";
import type { LogCumulative, ScalarFamily } from "../family.ts";
import { integratePiece } from "./integratePiece.ts";

/** A distribution without parameters whose tails are known in closed form. */
export interface StandardDistribution {
  /** Where its support begins: 0 or -Infinity. */
  readonly lowest: number;
  readonly median: number;
  /** Where its density is highest: narrow intervals around it are cut there. */
  readonly mode: number;
  logDensity(z: number): number;
  /** log P(Z < z) */
  logBelow(z: number): number;
  /** log P(Z > z) */
  logAbove(z: number): number;
}

/** A family of increasing functions of a standard variable. */
export interface Standardisation {
  readonly standard: StandardDistribution;
  /** z of a point x inside the support; overwrites partials[0] = ∂z/∂x and partials[1 + k] = ∂z/∂parameter k. */
  standardise(x: number, parameters: readonly number[], partials: Float64Array): number;
}

/** Differences of tail probabilities lose digits when they are smaller than this part of the tail. */
const NARROW = 0.1;

/**
 * log P(from < Z < to), from < to; undefined when the closed form would lose digits, because the interval holds little
 * of the tail that it is in.
 */
function logMassOf(standard: StandardDistribution, from: number, to: number): number | undefined {
  const { lowest, median, logAbove, logBelow } = standard;
  if (from <= lowest) return to === Infinity ? 0 : logBelow(to);
  if (to === Infinity) return logAbove(from);
  if (from < median && to > median) {
    const outside = Math.exp(logBelow(from)) + Math.exp(logAbove(to));
    return outside > 1 - NARROW ? undefined : Math.log1p(-outside);
  }
  const wider = from >= median ? logAbove(from) : logBelow(to);
  const ratio = wider - (from >= median ? logAbove(to) : logBelow(from));
  return ratio < NARROW ? undefined : wider + log1mExp(ratio);
}

/**
 * The `logCumulative` of a family that is a monotone function of a standard one: closed tails, and quadrature of the
 * density over intervals so narrow that the difference of two tails would lose digits. `family` gives the density.
 */
export function standardCumulative(
  family: () => ScalarFamily,
  { standard, standardise }: Standardisation,
): LogCumulative {
  return (lower, upper, parameters, partials) => {
    partials.fill(0);
    if (Number.isNaN(lower) || Number.isNaN(upper) || parameters.some(Number.isNaN)) {
      partials.fill(Number.NaN);
      return Number.NaN;
    }
    const support = family().support(parameters);
    if (
      !areNumbersOnSupport(family(), parameters) ||
      !(Math.max(lower, support.lower) < Math.min(upper, support.upper))
    ) {
      return -Infinity;
    }
    const slopes = new Float64Array(1 + parameters.length);
    const zOf = (x: number): number => {
      if (x <= support.lower) return standard.lowest;
      return x >= support.upper ? Infinity : standardise(x, parameters, slopes);
    };
    const from = zOf(lower);
    const to = zOf(upper);
    const logMass = logMassOf(standard, from, to);
    if (logMass === undefined)
      return narrowMass(family(), standard.mode, from, to, [lower, upper], parameters, partials);
    addBound(standard, lower, zOf, slopes, logMass, support.lower, -1, partials);
    addBound(standard, upper, zOf, slopes, logMass, support.upper, 1, partials);
    return logMass;
  };
}

/** What one bound contributes to the partials: its density over the mass, times how z moves with x and the parameters. */
function addBound(
  { logDensity }: StandardDistribution,
  x: number,
  zOf: (x: number) => number,
  slopes: Float64Array,
  logMass: number,
  edge: number,
  sign: number,
  partials: Float64Array,
): void {
  if (sign < 0 ? x <= edge : x >= edge) return;
  const height = sign * Math.exp(logDensity(zOf(x)) - logMass);
  if (height === 0) return;
  partials[sign < 0 ? 0 : 1] = height * slopes[0];
  for (let k = 1; k < slopes.length; k++) partials[1 + k] += height * slopes[k];
}

/** Quadrature of the family's density over [lower, upper], cut at the mode when that lies inside. */
function narrowMass(
  family: ScalarFamily,
  mode: number,
  from: number,
  to: number,
  [lower, upper]: readonly [number, number],
  parameters: readonly number[],
  partials: Float64Array,
): number {
  const numScores = parameters.length;
  const density = pointDensity(family, parameters);
  const scores = new Float64Array(numScores);
  const cut = from < mode && mode < to ? lower + (upper - lower) * ((mode - from) / (to - from)) : undefined;
  const pieces =
    cut === undefined
      ? [[lower, upper]]
      : [
          [lower, cut],
          [cut, upper],
        ];
  const masses = pieces.map(([start, end]) => {
    const isRising = density(end, scores) > density(start, scores);
    const own = new Float64Array(numScores);
    return { logMass: integratePiece(density, isRising ? end : start, isRising ? -1 : 1, end - start, own), own };
  });
  const logMass =
    masses.length === 1 ? masses[0].logMass : Math.log(Math.exp(masses[0].logMass) + Math.exp(masses[1].logMass));
  for (const { logMass: part, own } of masses) {
    for (let p = 0; p < numScores; p++) partials[2 + p] += Math.exp(part - logMass) * own[p];
  }
  partials[0] = -Math.exp(density(lower, scores) - logMass);
  partials[1] = Math.exp(density(upper, scores) - logMass);
  return logMass;
}

/** The family's log-density at one point, with the derivatives by its parameters. */
function pointDensity(
  family: ScalarFamily,
  parameters: readonly number[],
): (x: number, scores: Float64Array) => number {
  const x = { values: new Float64Array(1), offset: 0, stride: 0, width: 1 };
  const columns = parameters.map((value) => ({ values: Float64Array.of(value), offset: 0, stride: 0, width: 1 }));
  const logTerms = new Float64Array(1);
  const partials = [x, ...columns].map(() => new Float64Array(1));
  return (point, scores) => {
    x.values[0] = point;
    family.evaluate(1, x, columns, logTerms, partials);
    for (let k = 0; k < columns.length; k++) scores[k] = partials[1 + k][0];
    return logTerms[0];
  };
}
