import { betaFamily } from "../beta.ts";
import type { LogCumulative, ScalarFamily } from "../family.ts";
import { gammaFamily } from "../gamma.ts";

function cumulativeOf({ name, logCumulative }: ScalarFamily): LogCumulative {
  if (logCumulative === undefined) throw new Error(`${name} has no cumulative distribution`);
  return logCumulative;
}

/** log P(X ≤ k) or log P(X ≥ k) for X ~ Poisson(rate), and its derivative by the rate: waiting times are gamma. */
export function poissonTail(side: "below" | "above", k: number, rate: number): readonly [number, number] {
  const logCumulative = cumulativeOf(gammaFamily);
  const partials = new Float64Array(4);
  return side === "below"
    ? [logCumulative(rate, Infinity, [k + 1, 1], partials), partials[0]]
    : [logCumulative(0, rate, [k, 1], partials), partials[1]];
}

/**
 * log P(B ≤ p) or log P(B ≥ p) for B ~ Beta(a, b), with derivatives by p, a and b: the tails of binomial and negative
 * binomial counts. `q` = 1 - p with its own digits.
 */
export function betaTail(
  side: "below" | "above",
  [p, q]: readonly [number, number],
  a: number,
  b: number,
): readonly [logMass: number, byP: number, byA: number, byB: number] {
  const logCumulative = cumulativeOf(betaFamily);
  const partials = new Float64Array(4);
  if (p <= 0.5) {
    const isBelow = side === "below";
    const logMass = logCumulative(isBelow ? 0 : p, isBelow ? p : 1, [a, b], partials);
    return [logMass, partials[isBelow ? 1 : 0], partials[2], partials[3]];
  }
  // 1 - B is Beta(b, a): near 1 the digits are in q.
  const isBelow = side === "above";
  const logMass = logCumulative(isBelow ? 0 : q, isBelow ? q : 1, [b, a], partials);
  return [logMass, -partials[isBelow ? 1 : 0], partials[3], partials[2]];
}

/** log P(X ≤ k) or log P(X ≥ k) for X ~ Binomial(trials, p), 0 < k < trials, with the derivative by p. */
export function binomialTail(
  side: "below" | "above",
  k: number,
  trials: number,
  shares: readonly [p: number, q: number],
): readonly [logMass: number, byP: number] {
  const [logMass, byP] =
    side === "below" ? betaTail("above", shares, k + 1, trials - k) : betaTail("below", shares, k, trials - k + 1);
  return [logMass, byP];
}
