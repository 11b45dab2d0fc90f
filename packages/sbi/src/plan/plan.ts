import type { Rng } from "@poolish/core";
import type { DensitySpec, Feature } from "@poolish/estimators";
import type { Encoding } from "../encodedSimulations.ts";
import type { CarefulTraining, ReplacementTraining, SmoothTraining } from "../training/carefulTraining.ts";
import type { TrainingSettings } from "../training/fit.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";

/** What is learned from some simulations, and how. */
export interface Plan {
  readonly density: DensitySpec;
  readonly features: readonly Feature[];
  readonly conditionScales: Encoding["conditionScales"];
  readonly settings: TrainingSettings;
  readonly careful?: CarefulTraining;
  readonly replacement?: ReplacementTraining;
  readonly smooth?: SmoothTraining;
  /** Member number `member` over the simulations; `rng` draws its start, if there is anything to draw. */
  createTrainer(rng: Rng, member: number): TrainableDensity;
}
