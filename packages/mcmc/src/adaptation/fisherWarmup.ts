import type { LogDensity, Rng } from "@poolish/core";
import type { NutsInfo, NutsState } from "../nuts.ts";
import { startDualAveraging, updateDualAveraging } from "./dualAveraging.ts";
import { fisherSchedule } from "./fisherSchedule.ts";
import { initialStepSize } from "./initialStepSize.ts";
import type { MetricEstimator } from "./metricEstimator.ts";
import { runaway } from "./runaway.ts";
import type { Warmup, WarmupOptions } from "./warmup.ts";

export interface FisherWarmupOptions extends WarmupOptions {
  readonly estimator: MetricEstimator;
  /** The metric is renewed after so many iterations, and at each switch of windows. */
  readonly updateEvery: number;
}

/** Constants of nuts-rs (stepsize/adapt.rs and stepsize/dual_avg.rs). */
const STEP_SIZE_JITTER = 0.1;
const FIRST_STEP_SIZE = 0.1;
const LARGEST_STEP_SIZE = Math.PI;
/** A draw of a trajectory that diverged counts only when it is further than this from the start, in steps. */
const MIN_STEPS_IF_DIVERGENT = 4;
/** A first step that is accepted over this many standard deviations has met no curvature anywhere. */
const FLAT_STEP_SIZE = 1e25;

/**
 * The warm-up of nutpie (nuts-rs): the metric follows the draws and gradients of two overlapping windows from the third
 * draw on; dual averaging runs through without restarts but one, after a second search for the step size with the first
 * metric; it aims at the usual acceptance while the metric still changes much, and at the symmetric one afterwards.
 * @throws PoolishError when the target is flat: the posterior is improper.
 */
export function fisherWarmup(target: LogDensity, rng: Rng, start: NutsState, options: FisherWarmupOptions): Warmup {
  const { estimator, targetAcceptance } = options;
  const schedule = fisherSchedule(options.numIterations);
  let metric = estimator.initial;
  let stepSize = startDualAveraging(search(rng, start));
  let hasFirstMetric = false;
  let iteration = 0;
  let lastRenewal = 0;
  let isLate = false;

  function search(rng: Rng, state: NutsState): number {
    const found = initialStepSize(target, rng, { stepSize: FIRST_STEP_SIZE, metric }, state);
    if (found > FLAT_STEP_SIZE) throw runaway();
    return found;
  }

  /** True when this made the first metric that is more than a guess. */
  function learnMetric(state: NutsState, info: NutsInfo): boolean {
    if (isInformative(info)) estimator.add(state);
    const decision = schedule.decide(estimator.backgroundCount);
    isLate = decision.isLate;
    if (decision.switches) estimator.switchWindows();
    if (!decision.switches && iteration - lastRenewal < options.updateEvery) return false;
    const renewed = estimator.estimate();
    if (renewed === undefined) return false;
    metric = renewed;
    lastRenewal = iteration;
    const isFirst = !hasFirstMetric;
    hasFirstMetric = true;
    return isFirst;
  }

  return {
    stepSizeJitter: STEP_SIZE_JITTER,
    current: () => ({ stepSize: Math.exp(stepSize.logStepSize), metric }),
    update(rng, state, info) {
      const isNewStart = iteration < schedule.metricEnd && learnMetric(state, info);
      const acceptance = isLate ? info.symmetricAcceptanceRate : info.acceptanceRate;
      stepSize = isNewStart
        ? startDualAveraging(search(rng, state))
        : updateDualAveraging(stepSize, acceptance, targetAcceptance, LARGEST_STEP_SIZE);
      iteration++;
    },
    final: () => ({ stepSize: Math.exp(stepSize.meanLogStepSize), metric }),
  };
}

/** A draw that stayed where it was, or hardly left the start of a trajectory that diverged, would weigh the start twice. */
function isInformative({ isDivergent, numStepsMoved }: NutsInfo): boolean {
  return Math.abs(numStepsMoved) > (isDivergent ? MIN_STEPS_IF_DIVERGENT : 0);
}
