import type { Rng } from "@poolish/core";
import type { LogCumulative, ScalarFamily } from "./family.ts";
import { requireLogCumulative } from "./requireLogCumulative.ts";

/** Accepted error of an inverted draw, of its distance from the bound: what the distribution function itself can tell. */
const CLOSE = 1e-12;
/** Plain draws that may miss the bounds before the distribution function is inverted. */
const MOST_TRIES = 64;

/**
 * One draw of `family` given that it lies between the bounds, which may be far out in a tail: a plain draw that fits or,
 * after many that did not, the inverse of the distribution function. NaN for bounds without mass.
 */
export function drawBetween(
  rng: Rng,
  family: ScalarFamily,
  lower: number,
  upper: number,
  parameters: readonly number[],
): number {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const x = family.sample(rng, parameters);
    if (Number.isNaN(x)) return x;
    if (family.isDiscrete ? x >= lower && x <= upper : x > lower && x < upper) return x;
  }
  const logCumulative = requireLogCumulative("truncated", family);
  const partials = new Float64Array(2 + parameters.length);
  const logMass = logCumulative(lower, upper, parameters, partials);
  if (!(logMass > -Infinity)) return Number.NaN;
  const support = family.support(parameters);
  const from = Math.max(lower, support.lower);
  const to = Math.min(upper, support.upper);
  const goal = logMass + Math.log(rng.uniform());
  const fraction: Fraction = { logCumulative, parameters, partials, goal };
  if (family.isDiscrete) return invertCount(fraction, Math.ceil(from), Math.floor(to));
  return from > -Infinity ? invertFrom(fraction, from, to, 1) : invertFrom(fraction, to, from, -1);
}

interface Fraction {
  readonly logCumulative: LogCumulative;
  readonly parameters: readonly number[];
  readonly partials: Float64Array;
  /** The log-probability that the draw has between itself and the bound. */
  readonly goal: number;
}

/**
 * The x on the side `sign` of the finite bound `anchor` with log P(between them) = goal: Newton's steps on log P, kept
 * inside a bracket that bisection shrinks.
 */
function invertFrom(
  { logCumulative, parameters, partials, goal }: Fraction,
  anchor: number,
  end: number,
  sign: 1 | -1,
): number {
  const excess = (s: number): number => {
    const x = anchor + sign * s;
    return logCumulative(Math.min(anchor, x), Math.max(anchor, x), parameters, partials) - goal;
  };
  const length = Math.abs(end - anchor);
  let low = 0;
  let high = Math.min(length, 1);
  while (high < length && excess(high) < 0) {
    low = high;
    high = Math.min(2 * high, length);
  }
  let s = 0.5 * (low + high);
  for (let step = 0; step < 1100 && s > low && s < high; step++) {
    const over = excess(s);
    if (over < 0) low = s;
    else high = s;
    const slope = sign > 0 ? partials[1] : -partials[0];
    const next = s - over / slope;
    if (Math.abs(next - s) <= CLOSE * s) break;
    s = next > low && next < high && step % 4 !== 3 ? next : 0.5 * (low + high);
  }
  return inside(anchor + sign * s, anchor, end, sign);
}

/** A draw that has rounded to the open bound moves to the next double. */
function inside(x: number, anchor: number, end: number, sign: 1 | -1): number {
  const step = Math.max(Math.abs(anchor) * Number.EPSILON, Number.MIN_VALUE);
  if (x === anchor) return anchor + sign * step;
  return x === end ? end - sign * Math.max(Math.abs(end) * Number.EPSILON, Number.MIN_VALUE) : x;
}

/** The smallest count with log P(first … count) ≥ goal; from above when there is no first. */
function invertCount({ logCumulative, parameters, partials, goal }: Fraction, first: number, last: number): number {
  let high = first + 1;
  const reaches = (k: number): boolean => logCumulative(first, k, parameters, partials) >= goal;
  while (high < last && !reaches(high)) high = Math.min(first + 2 * (high - first), last);
  let low = first;
  if (reaches(low)) return low;
  high = Math.min(high, last);
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return high;
}
