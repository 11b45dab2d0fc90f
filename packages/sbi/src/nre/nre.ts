import { PoolishError, requireCount, requireOneOf } from "@poolish/core";
import { type RecipeTraining, type RecipeTrainingOptions, recipeTraining, requireCounts } from "../recipeTraining.ts";

/** Losses that `nre` can minimise. */
export const RATIO_LOSSES: readonly ["C", "B", "balanced"] = ["C", "B", "balanced"];
export type RatioLoss = (typeof RATIO_LOSSES)[number];

/** Settings of a neural ratio estimator; those left out have defaults that suit most simulators. */
export interface NreOptions extends RecipeTrainingOptions {
  /**
   * "C" (the default): which of K θ, if any, has made x (Miller, Weniger & Forré 2022, "Contrastive neural ratio
   * estimation"); its ratio is that of densities, up to what training leaves. "B": which of K + 1 θ has made x (Durkan,
   * Murray & Papamakarios 2020); the ratio is known up to a function of x. "balanced": whether θ has made x, with a
   * penalty that makes posteriors wide rather than narrow (Delaunoy et al. 2022).
   */
  readonly loss?: RatioLoss;
  /** How many θ of other simulations each x is compared with in a step, K; fewer than a batch has. 5 by default. */
  readonly numContrasts?: number;
  /** "C": how often one of the K θ is the own one, for each time that none is (γ of the paper); 1 by default. */
  readonly gamma?: number;
  /** "balanced": the penalty's factor (λ of the paper); 100 by default. */
  readonly balance?: number;
  /** Networks that are trained from different starts, whose log ratios are averaged; 1 by default. */
  readonly numMembers?: number;
  /** Passes over the simulations, at most; 16 by default. */
  readonly numEpochs?: number;
  /** Simulations a step, at least two. By default it grows with their number. */
  readonly batchSize?: number;
}

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface NreRecipe extends RecipeTraining {
  readonly kind: "nre";
  readonly loss: RatioLoss;
  readonly numContrasts: number;
  readonly gamma: number;
  readonly balance: number;
  readonly numMembers: number;
}

/**
 * Neural ratio estimation: learn p(x | θ) / p(x) from simulations by telling the θ that made x from others (Hermans, Begy &
 * Louppe 2020). It is the likelihood up to a function of x, so that it can be pooled under any prior, but not drawn from.
 * Known conditions must have been simulated independently of θ.
 * @throws PoolishError naming an option that is out of range.
 */
export function nre(options: NreOptions = {}): NreRecipe {
  const { loss = "C", numContrasts = 5, gamma = 1, balance = 100, numMembers = 1 } = options;
  requireOneOf("loss", loss, RATIO_LOSSES);
  requireCounts({ numContrasts, numMembers });
  // A simulation alone in its batch has no other to be contrasted with.
  if (options.batchSize !== undefined) requireCount("batchSize", options.batchSize, 2);
  requirePositive("gamma", gamma);
  requirePositive("balance", balance);
  return { kind: "nre", loss, numContrasts, gamma, balance, numMembers, ...recipeTraining(options) };
}

function requirePositive(field: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  throw new PoolishError(`expected a positive number, got ${value}`, {
    kind: "input",
    field,
    remedy: "Leave it out to get the default.",
  });
}
