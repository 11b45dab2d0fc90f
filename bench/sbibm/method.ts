import type { Rng } from "@poolish/core";
import type { Simulations } from "@poolish/sbi";
import type { SbibmTask } from "@poolish/testkit";

/** What `--method` names: how an estimator is trained, and how the posterior of an observation is drawn from it. */
export interface SbibmMethod {
  train(task: SbibmTask, simulations: Simulations, settings: MethodSettings): Promise<TrainedMethod>;
  /** What is to be reached with 10,000 simulations, by task: mean C2ST over the observations. */
  readonly targets: Readonly<Record<string, number>>;
}

export interface MethodSettings {
  readonly seed: number;
  /** Of an ensemble; empty for the default. */
  readonly members: { readonly numMembers?: number };
  /** Of a vector field; empty for the default. */
  readonly network: { readonly network?: "mlp" | "attention" };
}

export interface TrainedMethod {
  /** How it draws, for the report. */
  readonly sampler: string;
  /** `count` draws of θ on its own scale, row-major. */
  draw(x: Float64Array, rng: Rng, count: number): Float64Array;
}
