import { type LogDensity, PoolishError, type Rng } from "@poolish/core";
import { startDualAveraging, updateDualAveraging } from "./dualAveraging.ts";
import { initialStepSize } from "./initialStepSize.ts";
import { diagonalMetric, type Metric, unitMetric } from "./metric.ts";
import type { NutsInfo, NutsParameters, NutsState } from "./nuts.ts";
import { warmupSchedule } from "./warmupSchedule.ts";
import { createWelford, type Welford } from "./welford.ts";

/** An adaptation: a fold over warm-up transitions that the kernel knows nothing of. */
export interface Warmup {
  /** For the next transition. */
  current(): NutsParameters;
  /** Learns from one transition; `rng` feeds the step-size heuristic where a new metric asks for it. */
  update(rng: Rng, state: NutsState, info: NutsInfo): void;
  /** For sampling, after the last update. */
  final(): NutsParameters;
}

export interface WarmupOptions {
  readonly numIterations: number;
  /** Mean acceptance rate that the step size is tuned for, in (0, 1). */
  readonly targetAcceptance: number;
}

/** Weight and value of the prior guess of a variance, in draws (Stan's var_adaptation.hpp). */
const PRIOR_WEIGHT = 5;
const PRIOR_VARIANCE = 1e-3;

/**
 * Stan's warm-up: dual averaging of the step size throughout, and a diagonal metric from the draws of doubling windows.
 * After each window the step-size heuristic runs again and dual averaging restarts.
 */
export function windowedWarmup(target: LogDensity, rng: Rng, start: NutsState, options: WarmupOptions): Warmup {
  const { firstWindow, windowEnds } = warmupSchedule(options.numIterations);
  const draws = createWelford(target.dim);
  let metric = unitMetric(target.dim);
  let stepSize = startDualAveraging(initialStepSize(target, rng, { stepSize: 1, metric }, start));
  let iteration = 0;
  let window = 0;
  return {
    current: () => ({ stepSize: Math.exp(stepSize.logStepSize), metric }),
    update(rng, state, info) {
      stepSize = updateDualAveraging(stepSize, info.acceptanceRate, options.targetAcceptance);
      if (iteration >= firstWindow && window < windowEnds.length) draws.add(state.position);
      iteration++;
      if (iteration !== windowEnds[window]) return;
      window++;
      metric = regularizedMetric(draws);
      draws.reset();
      const previous = { stepSize: Math.exp(stepSize.logStepSize), metric };
      stepSize = startDualAveraging(initialStepSize(target, rng, previous, state));
    },
    final: () => ({ stepSize: Math.exp(stepSize.meanLogStepSize), metric }),
  };
}

/**
 * Variances shrunk towards 1e-3: n/(n+5)·var + 5/(n+5)·1e-3.
 * @throws PoolishError when a variance is not finite: the draws ran away.
 */
function regularizedMetric(draws: Welford): Metric {
  const { count } = draws;
  const variance = draws.variance();
  const runaway = variance.findIndex((v) => !Number.isFinite(v));
  if (runaway >= 0) {
    throw new PoolishError("the draws run away to infinity, so the posterior seems to be improper", {
      kind: "model",
      field: `unconstrained coordinate ${runaway}`,
      remedy: "Give each parameter a proper prior.",
    });
  }
  const dataShare = count / (count + PRIOR_WEIGHT);
  return diagonalMetric(variance.map((v) => dataShare * v + (1 - dataShare) * PRIOR_VARIANCE));
}
