import type { ColumnSpec, ParameterSpec } from "@poolish/core";
import type { DensitySpec } from "./density/densitySpec.ts";
import type { Feature } from "./features.ts";
import type { ConditionScale } from "./standardizeConditions.ts";

/** The losses of one pass over the training simulations: mean negative log-density, in nats. */
export interface EpochLoss {
  readonly training: number;
  readonly validation: number;
}

/** Where an estimator comes from. */
export interface Provenance {
  readonly simulator: string;
  readonly simulationSeed: number;
  /** 0 for a network of others, of which nobody knows. */
  readonly numSimulations: number;
  /** Simulations that failed and were left out. */
  readonly numDropped: number;
  readonly trainingSeed: number;
  /** What trained it. */
  readonly backend: string;
  /** Of each member, one after another. */
  readonly histories: readonly (readonly EpochLoss[])[];
  /** For each member, after how many epochs the weights that were kept stood: 0 is the start. */
  readonly keptEpochs: readonly number[];
  /** Mean held-out log-density of x under the estimator, in nats a trial; NaN for a network of others. */
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
  readonly conditionScales: readonly ConditionScale[];
  readonly density: DensitySpec;
  /** Networks of equal architecture whose densities are averaged. */
  readonly numMembers: number;
  readonly provenance: Provenance;
}
