import type { LogDensity, Rng } from "@poolish/core";
import { diagonalMetric, type Metric, unitMetric } from "../metric.ts";
import type { NutsState } from "../nuts.ts";
import { startDualAveraging, updateDualAveraging } from "./dualAveraging.ts";
import { initialStepSize } from "./initialStepSize.ts";
import { runaway } from "./runaway.ts";
import { stanSchedule } from "./stanSchedule.ts";
import type { Warmup, WarmupOptions } from "./warmup.ts";
import { createWelford, type Welford } from "./welford.ts";

/** Weight and value of the prior guess of a variance, in draws (Stan's var_adaptation.hpp). */
const PRIOR_WEIGHT = 5;
const PRIOR_VARIANCE = 1e-3;

/**
 * Stan's warm-up: dual averaging of the step size throughout, and a diagonal metric from the draws of doubling windows.
 * After each window the step-size heuristic runs again and dual averaging restarts. No jitter.
 */
export function stanWarmup(target: LogDensity, rng: Rng, start: NutsState, options: WarmupOptions): Warmup {
  const { firstWindow, windowEnds } = stanSchedule(options.numIterations);
  const draws = createWelford(target.dim);
  let metric = unitMetric(target.dim);
  let stepSize = startDualAveraging(initialStepSize(target, rng, { stepSize: 1, metric }, start));
  let iteration = 0;
  let window = 0;
  return {
    stepSizeJitter: 0,
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
  const coordinate = variance.findIndex((v) => !Number.isFinite(v));
  if (coordinate >= 0) throw runaway(coordinate);
  const dataShare = count / (count + PRIOR_WEIGHT);
  return diagonalMetric(variance.map((v) => dataShare * v + (1 - dataShare) * PRIOR_VARIANCE));
}
