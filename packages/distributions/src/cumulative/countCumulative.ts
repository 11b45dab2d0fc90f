import { log1mExp, logSumExp } from "@poolish/math";
import { areNumbersOnSupport } from "../component.ts";
import type { LogCumulative, ScalarFamily } from "../family.ts";

/**
 * log P(X ≤ k) for "below", log P(X ≥ k) for "above", of an integer k inside the support; overwrites `scores` with the
 * derivatives by the parameters.
 */
export type CountTail = (
  side: "below" | "above",
  k: number,
  parameters: readonly number[],
  scores: Float64Array,
) => number;

/** Up to this many counts are summed one by one; beyond, the tails of a continuous twin are subtracted. */
const MOST_TERMS = 256;

/** Sums masses first … last: each of them is exact. */
function sumMasses(
  family: ScalarFamily,
  first: number,
  last: number,
  parameters: readonly number[],
  scores: Float64Array,
): number {
  const count = last - first + 1;
  const x = { values: Float64Array.from({ length: count }, (_, i) => first + i), offset: 0, stride: 1, width: 1 };
  const columns = parameters.map((value) => ({ values: Float64Array.of(value), offset: 0, stride: 0, width: 1 }));
  const logTerms = new Float64Array(count);
  const partials = [x, ...columns].map(() => new Float64Array(count));
  family.evaluate(count, x, columns, logTerms, partials);
  const logMass = logSumExp(logTerms);
  for (let p = 0; p < scores.length; p++) {
    scores[p] = 0;
    for (let i = 0; i < count; i++) {
      if (logTerms[i] > -Infinity) scores[p] += Math.exp(logTerms[i] - logMass) * partials[1 + p][i];
    }
  }
  return logMass;
}

/** Overwrites `scores` of a mass with those of (that mass - a part of it); returns the logarithm of the difference. */
function subtract(logMass: number, scores: Float64Array, logPart: number, partScores: Float64Array): number {
  const logLeft = logMass + log1mExp(logMass - logPart);
  const whole = Math.exp(logMass - logLeft);
  const part = Math.exp(logPart - logLeft);
  for (let p = 0; p < scores.length; p++) scores[p] = whole * scores[p] - part * partScores[p];
  return logLeft;
}

/** first … last, many of them, inside lowest … highest: the smaller tails are subtracted from what holds them. */
function massByTails(
  tail: CountTail,
  [first, last]: readonly [number, number],
  [lowest, highest]: readonly [number, number],
  parameters: readonly number[],
  scores: Float64Array,
): number {
  if (first <= lowest) return tail("below", last, parameters, scores);
  if (last >= highest) return tail("above", first, parameters, scores);
  const other = new Float64Array(scores.length);
  const logAbove = tail("above", first, parameters, scores);
  if (logAbove < -Math.LN2) return subtract(logAbove, scores, tail("above", last + 1, parameters, other), other);
  const logBelow = tail("below", last, parameters, scores);
  return subtract(logBelow, scores, tail("below", first - 1, parameters, other), other);
}

/** The `logCumulative` of a discrete family: exact sums of a few masses, else `tail`. */
export function countCumulative(family: () => ScalarFamily, tail: CountTail): LogCumulative {
  return (lower, upper, parameters, partials) => {
    partials.fill(0);
    if (Number.isNaN(lower) || Number.isNaN(upper) || parameters.some(Number.isNaN)) {
      partials.fill(Number.NaN);
      return Number.NaN;
    }
    if (!areNumbersOnSupport(family(), parameters)) return -Infinity;
    const support = family().support(parameters);
    const first = Math.max(Math.ceil(lower), support.lower);
    const last = Math.min(Math.floor(upper), support.upper);
    if (first > last) return -Infinity;
    if (first === support.lower && last === support.upper) return 0;
    const scores = partials.subarray(2);
    return last - first < MOST_TERMS
      ? sumMasses(family(), first, last, parameters, scores)
      : massByTails(tail, [first, last], [support.lower, support.upper], parameters, scores);
  };
}
