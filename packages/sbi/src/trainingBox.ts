import type { Support } from "@poolish/core";

/** Share of simulated θ that lies outside the box on each side where the prior has no bound. */
const TAIL = 0.001;

/**
 * The interval of a parameter that training saw: the prior's declared bounds, and the .1 % or 99.9 % quantile of the
 * simulated values on a side that has none.
 */
export function trainingBox(support: Support, values: Float64Array): readonly [lower: number, upper: number] {
  const sorted = values.toSorted();
  const quantile = (p: number) => sorted[Math.round(p * (sorted.length - 1))];
  return [
    Number.isFinite(support.lower) && Number.isFinite(support.upper) ? support.lower : quantile(TAIL),
    Number.isFinite(support.lower) && Number.isFinite(support.upper) ? support.upper : quantile(1 - TAIL),
  ];
}
