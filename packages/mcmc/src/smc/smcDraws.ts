import type { Evidence } from "./evidence.ts";
import type { TemperatureRecord } from "./smcRun.ts";

/** Equally weighted draws from the posterior, in the order of their families: neighbours may be related. */
export interface SmcDraws {
  readonly kind: "complete";
  readonly numDraws: number;
  /** numDraws × dim, row-major, on the unconstrained scale. */
  readonly positions: Float64Array;
  readonly logPrior: Float64Array;
  readonly logLikelihood: Float64Array;
  /** The group that each draw comes from: groups know of each other by shared tuning only. Ascending. */
  readonly group: Int32Array;
  readonly evidence: Evidence;
  readonly temperatures: readonly TemperatureRecord[];
  readonly numGradients: number;
  /** Draws that equal another one: 0 unless moves were hardly ever accepted. */
  readonly numDuplicates: number;
}

/** No draw from the prior has a finite log prior, or none a finite log-likelihood. */
export interface SmcFailure {
  readonly kind: "noInitialParticles";
  readonly cause: "prior" | "likelihood";
  readonly numAttempts: number;
}
