/** What an iteration of the Fisher warm-up does besides learning. */
export interface FisherDecision {
  /** The background estimator takes over, and a new one starts from nothing. */
  readonly switches: boolean;
  /** No further window fits before the end: the step size is tuned by the symmetric acceptance from here on. */
  readonly isLate: boolean;
}

export interface FisherSchedule {
  /** The first iteration (from 0) whose draw the metric no longer learns from: 85 % of the warm-up, rounded up. */
  readonly metricEnd: number;
  /** For each iteration before `metricEnd`, in order: `backgroundCount` are the draws that the background has seen. */
  decide(backgroundCount: number): FisherDecision;
}

/** Constants of nuts-rs (adapt_strategy.rs, EuclideanAdaptOptions). */
const EARLY_SHARE = 0.3;
const STEP_SIZE_SHARE = 0.15;
const EARLY_WINDOW = 10;
const FIRST_WINDOW = 80;
const WINDOW_GROWTH = 1.5;

/**
 * When the windows of nutpie switch: in the first 30 % of the iterations after 10 draws each, then after 80, 120,
 * 180, … each half as long again, as long as one more fits before the last 15 %, which tune the step size alone. It counts its calls.
 */
export function fisherSchedule(numIterations: number): FisherSchedule {
  const earlyEnd = Math.floor(EARLY_SHARE * numIterations);
  const metricEnd = numIterations - Math.floor(STEP_SIZE_SHARE * numIterations);
  let window = FIRST_WINDOW;
  let iteration = 0;
  return {
    metricEnd,
    decide(backgroundCount) {
      const isEarly = iteration < earlyEnd;
      const next = isEarly ? EARLY_WINDOW : Math.max(window + 1, Math.round(WINDOW_GROWTH * window));
      const isLate = iteration + next > metricEnd;
      const switches = !isLate && backgroundCount >= (isEarly ? EARLY_WINDOW : window);
      if (switches && !isEarly) window = next;
      iteration++;
      return { switches, isLate };
    },
  };
}
