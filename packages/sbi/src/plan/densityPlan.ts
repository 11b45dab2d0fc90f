import type { Rng } from "@poolish/core";
import type { DensitySpec, EncodedColumn } from "@poolish/estimators";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import type { CarefulTraining, ReplacementTraining } from "../training/carefulTraining.ts";
import type { TrainingSettings } from "../training/fit.ts";
import type { WeightDecay } from "../training/optimizer.ts";

/** What a conditional density is to learn: encoded columns, given features and conditions. */
export interface DensityProblem {
  readonly columns: readonly EncodedColumn[];
  /** Of the columns, for messages. */
  readonly names: readonly string[];
  readonly simulations: EncodedSimulations;
  readonly numFeatures: number;
  readonly numConditions: number;
  /** The simulations that weights are fitted to. */
  readonly training: Int32Array;
}

/** What a recipe may say of a density; what is undefined has a default. */
export interface DensityChoices {
  readonly numComponents: number | undefined;
  readonly hidden: readonly number[] | undefined;
  readonly numEpochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
}

/** A density that is to be learned, where it starts and how it is trained. */
export interface MemberPlan {
  readonly density: DensitySpec;
  readonly settings: TrainingSettings;
  readonly decays: readonly WeightDecay[];
  /** Flat weights to start from. */
  initial(rng: Rng): Float32Array;
}

/** An ensemble that may take the first density's place. */
export type ReplacementPlan = MemberPlan & Pick<ReplacementTraining, "numMembers" | "noun">;

/** The density that is to be learned first, and what may take its place: see `schedule`. */
export interface DensityPlan extends MemberPlan {
  readonly careful?: CarefulTraining;
  /** An ensemble of other networks. */
  readonly replacement?: ReplacementPlan;
  /** Decays of a smoother member. */
  readonly smoothDecays?: readonly WeightDecay[];
}
