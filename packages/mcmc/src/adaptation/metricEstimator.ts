import type { Metric } from "../metric.ts";
import type { NutsState } from "../nuts.ts";

/**
 * Learns a metric from draws and their gradients in two overlapping windows: the foreground gives the metric, and the
 * background, which began later, takes its place at each switch, so that the metric forgets how the chain began.
 * Both begin with the position that the chain starts at.
 */
export interface MetricEstimator {
  /** What the gradient at the start alone suggests. */
  readonly initial: Metric;
  readonly backgroundCount: number;
  /** To both windows. Positions and gradients may be kept, and are not written to. */
  add(state: NutsState): void;
  switchWindows(): void;
  /** The metric of the foreground; undefined while it has fewer than three draws. */
  estimate(): Metric | undefined;
}

/** A variance of two draws says nothing (nuts-rs starts at three, too). */
export const MIN_DRAWS = 3;

const SMALLEST = 1e-20;
const LARGEST = 1e20;

/** A variance within what nuts-rs allows, 1e-20 to 1e20; `fallback` where it is zero or not finite. */
export function clampVariance(variance: number, fallback: number): number {
  if (!(variance > 0 && variance < Infinity)) return fallback;
  return Math.min(Math.max(variance, SMALLEST), LARGEST);
}
