/** When warm-up does what, in iterations counted from 0. */
export interface StanSchedule {
  /** The start of the first window. */
  readonly firstWindow: number;
  /** Exclusive ends of the windows whose draws shape the metric, each the start of the next; may be empty. */
  readonly windowEnds: readonly number[];
}

/** Stan's defaults (reference manual, "HMC algorithm parameters"). */
const INITIAL_BUFFER = 75;
const BASE_WINDOW = 25;
const TERMINAL_BUFFER = 50;
/** Stan estimates no metric in warm-ups shorter than this. */
const MIN_ITERATIONS_FOR_METRIC = 20;

/**
 * Stan's windows: a buffer of 75 for the step size alone, windows of 25, 50, 100, … for the metric, a last buffer of 50
 * for the step size alone. A window whose successor would not fit is stretched to the end; Stan never stretches the first
 * one and then may end on a window of a few draws. Below 150 iterations the split is 15 / 75 / 10 %, with one window.
 */
export function stanSchedule(numIterations: number): StanSchedule {
  const isShort = numIterations < INITIAL_BUFFER + BASE_WINDOW + TERMINAL_BUFFER;
  const firstWindow = isShort ? Math.floor(0.15 * numIterations) : INITIAL_BUFFER;
  const end = numIterations - (isShort ? Math.floor(0.1 * numIterations) : TERMINAL_BUFFER);
  if (numIterations < MIN_ITERATIONS_FOR_METRIC) return { firstWindow, windowEnds: [] };
  const windowEnds: number[] = [];
  let start = firstWindow;
  for (let size = isShort ? end - start : BASE_WINDOW; start < end; size *= 2) {
    start = start + size + 2 * size > end ? end : start + size;
    windowEnds.push(start);
  }
  return { firstWindow, windowEnds };
}
