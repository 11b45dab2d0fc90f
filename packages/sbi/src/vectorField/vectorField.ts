import { PoolishError, requireCount, requireOneOf } from "@poolish/core";
import { PATH_NAMES, type PathName, type PosteriorEstimator } from "@poolish/estimators";
import { type EmbeddingChoice, type EmbeddingOption, embeddingChoice } from "../embedding/embeddingChoice.ts";
import { type RecipeTraining, type RecipeTrainingOptions, recipeTraining, requireCounts } from "../recipeTraining.ts";
import { FIELD_OBJECTIVES, type FieldObjective } from "./fieldLoss.ts";
import { TOKEN_MULTIPLE } from "./fieldNetworks.ts";

/** Settings of a vector-field estimator; those left out have defaults that suit most simulators. */
export interface VectorFieldOptions<Target extends VectorFieldTarget = VectorFieldTarget>
  extends RecipeTrainingOptions {
  /** What is learned: p(θ | x), the default, or p(x | θ). */
  readonly target?: Target;
  /** How noise replaces data; "flow-matching" by default. Any path is sampled by the ODE or the SDE. */
  readonly path?: PathName;
  /** What errors of the field are measured in; "turn" by default, which weighs all noise levels alike. */
  readonly objective?: FieldObjective;
  /**
   * Of a posterior field: the network from x to the summaries that the field conditions on, trained with it; "auto", the default,
   * chooses by the shape of x and says so. Or a posterior of `npe`, whose embedding is taken over as it was trained.
   */
  readonly embedding?: EmbeddingOption | PosteriorEstimator;
  /**
   * What says how noise turns into data: "mlp" (the default), a residual network; or "attention", a transformer with a token for
   * each column that moves and each entry (or patch of entries) of what the field is given: for structured θ or x. Many times dearer.
   */
  readonly network?: FieldNetworkName;
  /** Widths of the hidden layers of the "mlp"; of "attention", that of the tokens, once for each block, all alike. */
  readonly hidden?: readonly number[];
  /** Networks that are trained from different starts and whose densities are averaged; 1 by default. */
  readonly numMembers?: number;
  /**
   * Steps of the fixed grid on which densities inside programs are computed; by default as few as bring its error below .005
   * nats, at most 32.
   */
  readonly numSteps?: number;
}

export type VectorFieldTarget = "posterior" | "likelihood";
export type FieldNetworkName = "mlp" | "attention";

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface VectorFieldRecipe<Target extends VectorFieldTarget = VectorFieldTarget> extends RecipeTraining {
  readonly kind: "vector-field";
  readonly target: Target;
  readonly path: PathName;
  readonly objective: FieldObjective;
  readonly network: FieldNetworkName;
  readonly embedding: EmbeddingChoice | PosteriorEstimator;
  readonly numMembers: number;
  readonly numSteps: number | undefined;
}

/**
 * Flow matching and score diffusion as one estimator: a field that carries noise to θ given x, or to x given θ (Lipman et al. 2023;
 * Song et al. 2021; for simulators Wildberger et al. 2023, Sharrock et al. 2024).
 * @throws PoolishError naming an option that is out of range.
 */
export function vectorField<Target extends VectorFieldTarget = "posterior">(
  options: VectorFieldOptions<Target> = {},
): VectorFieldRecipe<Target> {
  const { path = "flow-matching", objective = "turn", network = "mlp", numMembers = 1, numSteps } = options;
  // Without a target the type parameter is "posterior", too.
  const target = options.target ?? ("posterior" as Target);
  requireOneOf("target", target, ["posterior", "likelihood"]);
  if (options.embedding !== undefined && target === "likelihood") {
    refuseEmbedding("a likelihood conditions on θ, not on x");
  }
  const embedding = fieldEmbedding(options.embedding);
  requireOneOf("path", path, PATH_NAMES);
  requireOneOf("objective", objective, FIELD_OBJECTIVES);
  requireOneOf("network", network, ["mlp", "attention"]);
  requireCounts({ numMembers, numSteps });
  if (options.hidden?.length === 0) requireCount("hidden.length", 0, 1);
  if (network === "attention" && options.hidden !== undefined) requireTokens(options.hidden);
  const training = recipeTraining(options);
  return { kind: "vector-field", target, path, objective, network, embedding, numMembers, numSteps, ...training };
}

function requireTokens(hidden: readonly number[]): void {
  if (hidden.every((width) => width === hidden[0] && width % TOKEN_MULTIPLE === 0)) return;
  throw new PoolishError(`tokens cannot have widths ${hidden.join(", ")}`, {
    kind: "input",
    field: "hidden",
    remedy: `Pass one multiple of ${TOKEN_MULTIPLE} for all blocks, such as [64, 64, 64].`,
  });
}

function fieldEmbedding(option: EmbeddingOption | PosteriorEstimator = "auto"): EmbeddingChoice | PosteriorEstimator {
  if (!isPosterior(option)) return embeddingChoice(option);
  if (option.spec.embedding.kind === "layers") refuseEmbedding("trained networks of TensorFlow.js are not taken over");
  return option;
}

/** Whether a field is given a posterior whose embedding it takes over. */
export function isPosterior(option: EmbeddingOption | PosteriorEstimator): option is PosteriorEstimator {
  return typeof option === "object" && "spec" in option;
}

function refuseEmbedding(problem: string): never {
  throw new PoolishError(problem, { kind: "input", field: "embedding", remedy: "Leave it out." });
}
