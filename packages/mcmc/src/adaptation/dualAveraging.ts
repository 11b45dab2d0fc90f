/** Shrinkage, decay and early damping (Hoffman & Gelman 2014, §3.2.1; the same in Stan). */
const GAMMA = 0.05;
const KAPPA = 0.75;
const T0 = 10;

/** State of the dual averaging of a log step size (Hoffman & Gelman 2014, §3.2, algorithm 6; names of the paper in ()). */
export interface DualAveraging {
  /** Where the iterates shrink to: log(10 · first step size) (μ). */
  readonly center: number;
  readonly numUpdates: number;
  /** Weighted mean of (target - acceptance rate) (H̄). */
  readonly meanError: number;
  /** For the next transition (log ε). */
  readonly logStepSize: number;
  /** Weighted mean of the iterates, for use after adaptation (log ε̄). The first step size before any update. */
  readonly meanLogStepSize: number;
}

/** Starts (or restarts) around `stepSize`. */
export function startDualAveraging(stepSize: number): DualAveraging {
  const logStepSize = Math.log(stepSize);
  return {
    center: Math.log(10 * stepSize),
    numUpdates: 0,
    meanError: 0,
    logStepSize,
    meanLogStepSize: logStepSize,
  };
}

/** The state after a transition with `acceptanceRate` in [0, 1]; the next step size is at most `largestStepSize`. */
export function updateDualAveraging(
  state: DualAveraging,
  acceptanceRate: number,
  targetAcceptance: number,
  largestStepSize: number = Infinity,
): DualAveraging {
  const numUpdates = state.numUpdates + 1;
  const errorWeight = 1 / (numUpdates + T0);
  const meanError = (1 - errorWeight) * state.meanError + errorWeight * (targetAcceptance - acceptanceRate);
  const iterate = state.center - (Math.sqrt(numUpdates) / GAMMA) * meanError;
  const logStepSize = Math.min(iterate, Math.log(largestStepSize));
  const iterateWeight = numUpdates ** -KAPPA;
  const meanLogStepSize = iterateWeight * logStepSize + (1 - iterateWeight) * state.meanLogStepSize;
  return { center: state.center, numUpdates, meanError, logStepSize, meanLogStepSize };
}
