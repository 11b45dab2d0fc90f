import type { ScalarSupport } from "@poolish/core";

/** Share of simulated θ that lies outside the box on each side, where the prior lacks a bound. */
const TAIL = 0.001;

/**
 * The interval of a parameter that training saw: its bounds where the prior has both, else the .1 % and 99.9 % quantiles
 * of the simulated values. (A single bound, such as the 0 of a rate, says where values may lie, not where they do.)
 */
export function trainingBox(
  { lower, upper }: ScalarSupport,
  values: Float64Array,
): readonly [lower: number, upper: number] {
  if (Number.isFinite(lower) && Number.isFinite(upper)) return [lower, upper];
  const sorted = values.toSorted();
  const quantile = (p: number) => sorted[Math.round(p * (sorted.length - 1))];
  return [quantile(TAIL), quantile(1 - TAIL)];
}
