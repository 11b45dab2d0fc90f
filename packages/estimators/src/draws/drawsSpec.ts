import type { LearnedDensity, ParameterSpec } from "@poolish/core";
import type { DensitySpec } from "../density/densitySpec.ts";
import type { Provenance } from "../estimatorSpec.ts";

/** Everything about a density of draws but its weights; written to its file as JSON. */
export interface DrawsDensitySpec {
  readonly format: "poolish-estimator";
  readonly version: 1;
  readonly target: "density";
  readonly parameters: readonly ParameterSpec[];
  /** Its one feature is always 0: nothing is conditioned on. */
  readonly density: DensitySpec;
  readonly numMembers: number;
  readonly provenance: Provenance;
}

/** A joint density of named numbers, learned from draws of them: normalised, without mass off the supports. */
export interface DrawsDensity extends LearnedDensity {
  readonly spec: DrawsDensitySpec;
  /** A copy is not made: do not write to it. */
  readonly weights: Float32Array;
  /** log densities of the rows of `theta` (row-major), -Infinity off the supports. */
  logProb(theta: ArrayLike<number>): Float64Array;
}
