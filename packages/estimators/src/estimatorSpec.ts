import type { ColumnSpec, ParameterSpec } from "@poolish/core";
import type { CountDensitySpec } from "./count/countDensity.ts";
import type { CountScale } from "./count/countScale.ts";
import type { Feature } from "./features.ts";

/** How the density of a single column of counts is built. */
export interface CountColumnSpec extends CountDensitySpec {
  readonly scale: CountScale;
  /** The largest count among the training simulations. */
  readonly largestCount: number;
}

/** The losses of one pass over the training simulations: mean negative log-density, in nats. */
export interface EpochLoss {
  readonly training: number;
  readonly validation: number;
}

/** Where an estimator comes from. */
export interface Provenance {
  readonly simulator: string;
  readonly simulationSeed: number;
  readonly numSimulations: number;
  readonly trainingSeed: number;
  /** The TensorFlow.js backend that trained it. */
  readonly backend: string;
  readonly history: readonly EpochLoss[];
  /** Index in `history` of the epoch whose weights were kept. */
  readonly keptEpoch: number;
  /** Mean held-out log-density of the weights that were kept, in nats a trial. */
  readonly heldOutLogDensity: number;
}

/** Everything about an estimator but its weights; written to its file as JSON. */
export interface EstimatorSpec {
  readonly format: "poolish-estimator";
  readonly version: 1;
  readonly target: "likelihood";
  readonly parameters: readonly ParameterSpec[];
  readonly columns: readonly ColumnSpec[];
  readonly conditions: readonly ColumnSpec[];
  readonly features: readonly Feature[];
  readonly density: CountColumnSpec;
  readonly provenance: Provenance;
}
