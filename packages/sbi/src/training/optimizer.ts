/** Weights [from, end) that shrink by stepSize · rate at each step (Loshchilov & Hutter 2019, decoupled). */
export interface WeightDecay {
  readonly from: number;
  readonly end: number;
  readonly rate: number;
}

/** Adam's settings (Kingma & Ba 2015, algorithm 1), and what is done around it. */
export interface OptimizerSettings {
  readonly beta2: number;
  readonly epsilon: number;
  /** Gradients longer than this are shortened to it; Infinity never does. */
  readonly clipNorm: number;
  /**
   * Share of the running average of the variables that a step keeps; 0 keeps none, so that the average is the variables
   * themselves. (Polyak & Juditsky 1992; early steps keep less, so that the start is forgotten.)
   */
  readonly averaging: number;
}

/** What moves the variables. One instance belongs to one run of training. */
export interface Optimizer {
  /** One step on the simulations `batch`; returns their mean negative log-density before it, in nats. */
  step(batch: Int32Array, stepSize: number): number;
  /** The running average of the variables: fresh. */
  averages(): Float32Array;
  /** All that a later run needs to go on as if there had been no break; absent where the device keeps it. */
  state?(): OptimizerState;
  /** Frees what it holds outside of JavaScript's memory. */
  dispose(): void;
}

/** The state between two steps, as plain data. */
export interface OptimizerState {
  readonly numSteps: number;
  readonly variables: Float32Array;
  readonly averages: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** The share that step number `step`, counted from 1, keeps of the running average. */
export function keptShare(averaging: number, step: number): number {
  return Math.min(averaging, step / (step + 9));
}
