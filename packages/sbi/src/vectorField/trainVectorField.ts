import { PoolishError } from "@poolish/core";
import {
  conditionsWidth,
  createEstimator,
  createVectorFieldEstimator,
  type EncodedPrior,
  type Estimator,
  fitWalledColumn,
  type Provenance,
  type VectorFieldEstimator,
  type VectorFieldSpec,
} from "@poolish/estimators";
import { type EncodedSimulations, encodeSimulations } from "../encodedSimulations.ts";
import { encodeParameters } from "../npe/encodeParameters.ts";
import { fitEncoding } from "../plan/fitEncoding.ts";
import { requireFreshStart } from "../requireFreshStart.ts";
import { runTraining, type TrainedMembers } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import { splitSimulations } from "../training/splitSimulations.ts";
import type { TrainOptions } from "../trainOptions.ts";
import { fieldObservations, type TrainedEmbedding } from "./fieldObservations.ts";
import { type JudgedMember, judgeField } from "./judgeField.ts";
import { type FieldPlan, planField } from "./planField.ts";
import { isPosterior, type VectorFieldRecipe } from "./vectorField.ts";

const FORMAT = { format: "poolish-estimator", version: 1 } as const;

/** Trains a vector field towards θ or towards x; see `train`. */
export async function trainVectorField(
  recipe: VectorFieldRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<VectorFieldEstimator | Estimator> {
  requireFreshStart(options, "a vector field");
  return recipe.target === "posterior"
    ? trainFieldPosterior(recipe, simulations, options)
    : trainFieldLikelihood(recipe, simulations, options);
}

async function trainFieldPosterior(
  recipe: VectorFieldRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<VectorFieldEstimator> {
  const { numMembers, validationFraction } = recipe;
  const { onNotice = console.log } = options;
  const plan = async (usable: Simulations, training: Int32Array) => {
    const observations = await fieldObservations(usable, training, embeddingFor(recipe, usable));
    const { features, numFeatures, notice, trained: embedded, ...observed } = observations;
    if (notice !== undefined) onNotice(notice);
    if (embedded?.createLayers !== undefined && numMembers > 1) refuseMembers(numMembers);
    const { encoding, ...encodedTheta } = encodeParameters(usable, training, fitWalledColumn);
    const { count } = usable;
    const encoded = { count, features, conditions: new Float64Array(0), ...encodedTheta };
    const names = usable.parameters.map(({ name }) => name);
    const density = { columns: encoding, names, simulations: encoded, numFeatures, numConditions: 0, training };
    const field = planField(recipe, density, embedded);
    return { ...field, ...observed, encoded, embedded, prior: momentsOf(encoded.columns, training) };
  };
  const problem = { numMembers, validationFraction, noun: "the posterior", takesSets: true, isGivenX: true, plan };
  const trained = await runTraining(problem, simulations, options);
  const { columns, inputs, embedding, embeddingWeights, embedded, prior } = trained.plan;
  const { parameters } = trained.simulations;
  const { density, provenance } = judge(trained, recipe, options);
  const target = { ...FORMAT, target: "vector-field" } as const;
  return createVectorFieldEstimator(
    { ...target, parameters, columns, inputs, embedding, density, numMembers, prior, provenance },
    behindEach(embeddingWeights, trained.weights, numMembers),
    embedded?.createLayers,
  );
}

async function trainFieldLikelihood(
  recipe: VectorFieldRecipe,
  simulations: Simulations,
  options: TrainOptions,
): Promise<Estimator> {
  const { numMembers, validationFraction } = recipe;
  const plan = (usable: Simulations, training: Int32Array) => {
    const encoding = fitEncoding(usable, training);
    const { columns, features, conditionScales } = encoding;
    const encoded = encodeSimulations(usable, encoding);
    const field = planField(recipe, {
      columns,
      names: usable.columns.map(({ name }) => name),
      simulations: encoded,
      numFeatures: features.length,
      numConditions: conditionsWidth(conditionScales),
      training,
    });
    return { ...field, encoded, features, conditionScales };
  };
  const problem = { numMembers, validationFraction, noun: "the likelihood", plan };
  const trained = await runTraining(problem, simulations, options);
  const { features, conditionScales } = trained.plan;
  const { parameters, columns, conditions } = trained.simulations;
  const { density, provenance } = judge(trained, recipe, options);
  const target = { ...FORMAT, target: "likelihood" } as const;
  return createEstimator(
    { ...target, parameters, columns, conditions, features, conditionScales, density, numMembers, provenance },
    trained.weights,
  );
}

/** Attention reads the entries of x themselves, where the recipe leaves it open; sets of trials are summarised in any case. */
function embeddingFor({ network, embedding }: VectorFieldRecipe, { numTrials }: Simulations) {
  const isOpen = !isPosterior(embedding) && embedding.kind === "auto";
  return isOpen && network === "attention" && numTrials === undefined ? ({ kind: "identity" } as const) : embedding;
}

/** The flat weights of members, each with the embedding's in front. */
function behindEach(embedding: Float32Array, weights: Float32Array, numMembers: number): Float32Array {
  const each = weights.length / numMembers;
  const all = new Float32Array(weights.length + numMembers * embedding.length);
  for (let k = 0; k < numMembers; k++) {
    all.set(embedding, k * (each + embedding.length));
    all.set(weights.subarray(k * each, (k + 1) * each), k * (each + embedding.length) + embedding.length);
  }
  return all;
}

interface JudgedPlan extends FieldPlan {
  readonly encoded: EncodedSimulations;
  readonly embedded?: TrainedEmbedding | undefined;
}

/** Each member's field, and the simulations as its own embedding shows them. */
function judgedMembers({ encoded, embedded }: JudgedPlan, weights: Float32Array, numMembers: number): JudgedMember[] {
  const each = weights.length / numMembers;
  return Array.from({ length: numMembers }, (_, k) => {
    const own = weights.subarray(k * each, (k + 1) * each);
    if (embedded === undefined) return { weights: own, simulations: encoded };
    const features = embedded.summarise(own.subarray(0, embedded.numWeights));
    return { weights: own.subarray(embedded.numWeights), simulations: { ...encoded, features } };
  });
}

function refuseMembers(count: number): never {
  throw new PoolishError(`a model of TensorFlow.js starts one member, not ${count}`, {
    kind: "input",
    field: "numMembers",
    remedy: "Leave it out, or use an embedding of ours.",
  });
}

/** Grids that are tried, and the error at which the search ends, in nats. */
const GRIDS: readonly number[] = [2, 3, 4, 6, 8, 12, 16, 24, 32];
const SMALL_ERROR = 0.005;
/** Errors beyond this are worth a warning. */
const LARGE_ERROR = 0.1;

/**
 * The specification and provenance of a trained field: with a grid as coarse as its error allows unless the recipe says how
 * many steps it has, and with a held-out log-density instead of a loss.
 */
function judge(
  { plan, simulations, weights, numMembers, provenance }: TrainedMembers<JudgedPlan>,
  { validationFraction, numSteps }: VectorFieldRecipe,
  { seed, onWarning = console.warn }: TrainOptions,
): { readonly density: VectorFieldSpec; readonly provenance: Provenance } {
  const { validation } = splitSimulations(seed, simulations.count, validationFraction);
  const grids = numSteps === undefined ? GRIDS : [numSteps];
  const members = judgedMembers(plan, weights, numMembers);
  let density = plan.density;
  let judged = { gridError: Infinity, heldOutLogDensity: Number.NaN };
  for (const steps of grids) {
    density = { ...plan.density, numSteps: steps };
    judged = judgeField(density, members, validation);
    if (judged.gridError <= SMALL_ERROR) break;
  }
  const { gridError, heldOutLogDensity } = judged;
  if (!(gridError <= LARGE_ERROR)) {
    onWarning(`Log-densities on the grid of ${density.numSteps} steps err by ${gridError.toFixed(2)} nats (rms).`);
  }
  return { density: { ...density, gridError }, provenance: { ...provenance, heldOutLogDensity } };
}

/** Mean and covariance of the simulations `training`: of the prior, as far as they show it. */
function momentsOf(columns: readonly Float64Array[], training: Int32Array): EncodedPrior {
  const centred = columns.map((column) => {
    const own = Float64Array.from(training, (row) => column[row]);
    const mean = own.reduce((sum, value) => sum + value / own.length, 0);
    return { mean, values: own.map((value) => value - mean) };
  });
  const covariance = centred.flatMap((a) =>
    centred.map((b) => a.values.reduce((sum, value, i) => sum + (value * b.values[i]) / training.length, 0)),
  );
  return { mean: centred.map(({ mean }) => mean), covariance };
}
