import type { DensityMemory } from "@poolish/estimators";
import type { WeightDecay } from "./optimizer.ts";

/**
 * A density with free weights over fixed simulations: what the training loop needs to know of a family. One instance
 * owns its buffers.
 */
export interface TrainableDensity {
  /** Where training starts, on the scale that the optimiser sees. Fresh. */
  readonly initial: Float32Array;
  /**
   * Where the density itself keeps variables and gradient. An optimiser may work there and pass these very arrays to
   * `lossAndGradient`: then nothing is copied. One optimiser at a time.
   */
  readonly memory?: Pick<DensityMemory, "kernels" | "weights" | "gradient">;
  /** Variables that decay. */
  readonly decays: readonly WeightDecay[];
  /**
   * Mean negative log-density of the simulations `batch`, in nats. Overwrites `gradient` with its derivative in
   * `variables`. At most `maxBatch` simulations.
   */
  lossAndGradient(variables: Float32Array, batch: Int32Array, gradient: Float32Array): number;
  /** Overwrites `logTerms` with the log-density of each simulation of `batch` (any number of them). */
  logDensities(variables: Float32Array, batch: Int32Array, logTerms: Float64Array): void;
  /** The estimator's weights: fresh. */
  weights(variables: Float32Array): Float32Array;
}
