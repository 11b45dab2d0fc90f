import { diagonalMetric, type Metric } from "../metric.ts";
import type { NutsState } from "../nuts.ts";
import { clampVariance, type MetricEstimator, MIN_DRAWS } from "./metricEstimator.ts";
import { createWelford, type Welford } from "./welford.ts";

interface Window {
  readonly draws: Welford;
  readonly gradients: Welford;
}

/**
 * The diagonal metric that brings the draws' scores closest to a standard normal's in Fisher divergence (Seyboldt,
 * Carlson & Carpenter 2026, arXiv:2603.18845): variance_i = √(Var(x_i) / Var(∂_i log p)). Exact for independent
 * Gaussians after any three distinct draws, because x - mean = -σ² ∂ log p there. Where either variance is zero or not
 * finite, the last good value stays. Before three draws: variance_i = 1 / |∂_i log p| at the start.
 */
export function diagonalFisher(start: NutsState): MetricEstimator {
  const variance = initialVariance(start.gradient);
  let foreground = createWindow(variance.length);
  let background = createWindow(variance.length);
  learn(foreground, start);
  learn(background, start);
  return {
    initial: diagonalMetric(variance),
    get backgroundCount() {
      return background.draws.count;
    },
    add(state) {
      learn(foreground, state);
      learn(background, state);
    },
    switchWindows() {
      const emptied = foreground;
      emptied.draws.reset();
      emptied.gradients.reset();
      foreground = background;
      background = emptied;
    },
    estimate(): Metric | undefined {
      if (foreground.draws.count < MIN_DRAWS) return undefined;
      const draws = foreground.draws.variance();
      const gradients = foreground.gradients.variance();
      for (let i = 0; i < variance.length; i++) {
        variance[i] = clampVariance(Math.sqrt(draws[i] / gradients[i]), variance[i]);
      }
      return diagonalMetric(variance);
    },
  };
}

/** 1 / |gradient| (nuts-rs; exact for a Gaussian whose mean is one unit away), 1 where that is zero. */
export function initialVariance(gradient: Float64Array): Float64Array {
  return gradient.map((g) => clampVariance(1 / Math.abs(g), 1));
}

function createWindow(dim: number): Window {
  return { draws: createWelford(dim), gradients: createWelford(dim) };
}

function learn(window: Window, state: NutsState): void {
  window.draws.add(state.position);
  window.gradients.add(state.gradient);
}
