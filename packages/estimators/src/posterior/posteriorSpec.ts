import type { ParameterSpec } from "@poolish/core";
import type { DensitySpec } from "../density/densitySpec.ts";
import type { ObservationSpec } from "../embedding/observationSpec.ts";
import type { Provenance } from "../estimatorSpec.ts";

/** Everything about a posterior estimator but its weights; written to its file as JSON. */
export interface PosteriorSpec extends ObservationSpec {
  readonly format: "poolish-estimator";
  readonly version: 1;
  readonly target: "posterior";
  readonly parameters: readonly ParameterSpec[];
  /** Of θ, given the summaries. */
  readonly density: DensitySpec;
  /** Networks of equal architecture whose densities are averaged. */
  readonly numMembers: number;
  readonly provenance: Provenance;
}
