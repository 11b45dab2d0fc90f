import { PoolishError, requireCount } from "@poolish/core";
import { PATH_NAMES, type PathName, type PosteriorEstimator } from "@poolish/estimators";
import { FIELD_OBJECTIVES, type FieldObjective } from "./fieldLoss.ts";

/** Settings of a vector-field estimator; those left out have defaults that suit most simulators. */
export interface VectorFieldOptions<Target extends VectorFieldTarget = VectorFieldTarget> {
  /** What is learned: p(θ | x), the default, or p(x | θ). */
  readonly target?: Target;
  /** How noise replaces data; "flow-matching" by default. Any path is sampled by the ODE or the SDE. */
  readonly path?: PathName;
  /** What errors of the field are measured in; "turn" by default, which weighs all noise levels alike. */
  readonly objective?: FieldObjective;
  /**
   * Of a posterior field: a posterior of `npe` whose embedding of x, as it was trained, summarises x for the field. Without it
   * the field conditions on x as it is.
   */
  readonly embedding?: PosteriorEstimator;
  /** Widths of the hidden layers of the field's network. */
  readonly hidden?: readonly number[];
  /** Networks that are trained from different starts and whose densities are averaged; 1 by default. */
  readonly numMembers?: number;
  /** Passes over the simulations, at most. */
  readonly numEpochs?: number;
  /** Simulations a step. By default it grows with their number. */
  readonly batchSize?: number;
  /** Adam's largest step size. */
  readonly learningRate?: number;
  /** Share of the simulations that is held out; 0.05 by default. */
  readonly validationFraction?: number;
  /**
   * Steps of the fixed grid on which densities inside programs are computed; by default as few as bring its error below .005
   * nats, at most 32.
   */
  readonly numSteps?: number;
}

export type VectorFieldTarget = "posterior" | "likelihood";

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface VectorFieldRecipe<Target extends VectorFieldTarget = VectorFieldTarget> {
  readonly kind: "vector-field";
  readonly target: Target;
  readonly path: PathName;
  readonly objective: FieldObjective;
  readonly embedding: PosteriorEstimator | undefined;
  readonly hidden: readonly number[] | undefined;
  readonly numMembers: number;
  readonly numEpochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
  readonly validationFraction: number;
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
  const { path = "flow-matching", objective = "turn", hidden, numMembers = 1, numEpochs } = options;
  const { embedding, batchSize, learningRate, validationFraction = 0.05, numSteps } = options;
  // Without a target the type parameter is "posterior", too.
  const target = options.target ?? ("posterior" as Target);
  requireOneOf("target", target, ["posterior", "likelihood"]);
  if (embedding !== undefined && target === "likelihood") refuseEmbedding("a likelihood conditions on θ, not on x");
  if (embedding?.spec.embedding.kind === "layers") refuseEmbedding("networks of TensorFlow.js are not taken over");
  requireOneOf("path", path, PATH_NAMES);
  requireOneOf("objective", objective, FIELD_OBJECTIVES);
  for (const [name, value] of Object.entries({ numMembers, numEpochs, batchSize, numSteps })) {
    if (value !== undefined) requireCount(name, value, 1);
  }
  if (hidden?.length === 0) requireCount("hidden.length", 0, 1);
  for (const width of hidden ?? []) requireCount("hidden", width, 1);
  requireFraction("validationFraction", validationFraction);
  if (learningRate !== undefined) requireFraction("learningRate", learningRate);
  const training = { numEpochs, batchSize, learningRate, validationFraction };
  return { kind: "vector-field", target, path, objective, embedding, hidden, numMembers, ...training, numSteps };
}

function requireOneOf(field: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new PoolishError(`there is no ${field} "${value}"`, {
    kind: "input",
    field,
    remedy: `Pass one of ${known.join(", ")}.`,
  });
}

function refuseEmbedding(problem: string): never {
  throw new PoolishError(problem, { kind: "input", field: "embedding", remedy: "Leave it out." });
}

function requireFraction(field: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new PoolishError(`expected a number between 0 and 1, got ${value}`, {
    kind: "input",
    field,
    remedy: "Leave it out to get the default.",
  });
}
