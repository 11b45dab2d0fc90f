import type { CancelSignal, OnProgress } from "@poolish/core";
import type { Estimator } from "@poolish/estimators";
import type { Checkpoint } from "./training/checkpoint.ts";

export interface TrainOptions {
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
  /** Is told what a user should know but nobody must stop for; by default the console is. */
  readonly onWarning?: (message: string) => void;
  /** Is told, in a line, what was chosen where the recipe left a choice; by default the console is. */
  readonly onNotice?: (message: string) => void;
  /** Is told the state of training after each epoch: what `resume` goes on from. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** A state that `onCheckpoint` was told, with the same recipe, simulations and seed: the result is as if there had been no break. */
  readonly resume?: Checkpoint;
  /**
   * A likelihood estimator to go on from, with its architecture, members and standardisation, by a shorter schedule; of the
   * recipe, only what says how to train counts. Put the simulations that it was trained on first: what is held out are later
   * ones.
   */
  readonly from?: Estimator;
  /**
   * What takes the steps: Adam in our kernels (the default, and the faster), or TensorFlow.js's on the device that it
   * chooses, without clipping, decay and checkpoints.
   */
  readonly optimizer?: "kernels" | "tensorflow";
}
