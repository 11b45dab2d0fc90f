import type { EpochLoss } from "@poolish/estimators";
import type { OptimizerState } from "./optimizer.ts";

/** What an epoch left (the first: the start): weights, and the log-density of each held-out simulation under them. */
export interface Snapshot {
  readonly weights: Float32Array;
  readonly heldOut: Float64Array;
}

/** Training between two epochs, as plain data (structured cloning keeps it): what `resume` goes on from. */
export interface Checkpoint {
  /** Which member of the ensemble was in training, and the weights of those before it. */
  readonly member: number;
  readonly finished: readonly FinishedMember[];
  readonly history: readonly EpochLoss[];
  readonly snapshots: readonly Snapshot[];
  readonly optimizer: OptimizerState;
}

/** A member whose training has ended. */
export interface FinishedMember {
  readonly weights: Float32Array;
  readonly history: readonly EpochLoss[];
  /** After how many epochs the weights that were kept stood: 0 is the start. */
  readonly keptEpoch: number;
  /** The log-density of each held-out simulation under the weights that were kept. */
  readonly heldOut: Float64Array;
}
