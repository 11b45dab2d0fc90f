import type { Rng } from "@poolish/core";
import { createField, paths, type VectorFieldSpec } from "@poolish/estimators";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import { continuousColumns } from "../plan/continuousColumns.ts";
import type { DensityProblem } from "../plan/densityPlan.ts";
import { rowsOf } from "../plan/rowsOf.ts";
import type { TrainingSettings } from "../training/fit.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { createEmbeddedFieldTrainer } from "./createEmbeddedFieldTrainer.ts";
import { createFieldTrainer } from "./createFieldTrainer.ts";
import { fieldDecays } from "./fieldDecays.ts";
import { fieldLoss } from "./fieldLoss.ts";
import { fieldArchitecture, fieldEpochs } from "./fieldNetworks.ts";
import type { TrainedEmbedding } from "./fieldObservations.ts";
import { type FittedBaseline, fitBaseline } from "./fitBaseline.ts";
import { initialFieldWeights } from "./initialFieldWeights.ts";
import type { FieldSimulations } from "./noisyBatch.ts";
import { requireRoom } from "./requireRoom.ts";
import type { VectorFieldRecipe } from "./vectorField.ts";

/** The field that is to be learned, where it starts and how it is trained. */
export interface FieldPlan {
  readonly density: VectorFieldSpec;
  readonly settings: TrainingSettings;
  createTrainer(rng: Rng): TrainableDensity;
}

/** Constants of the recipe that `bench:sbibm` measures. */
const DECAY = 0.1;
const OPTIMIZER = { beta2: 0.99, epsilon: 1e-8, clipNorm: 5, averaging: 0.998, learningRate: 0.005 } as const;

/** For counts and categories among what the field would move. */
const REMEDY = { posterior: "Train npe() instead.", likelihood: "Train nle() instead." } as const;

/** @param embedding what is trained with the field; then the features of `problem` are 0, and the baseline has no slope. */
export function planField(recipe: VectorFieldRecipe, problem: DensityProblem, embedding?: TrainedEmbedding): FieldPlan {
  const { numFeatures, numConditions, simulations, training } = problem;
  const { learningRate, ...optimizer } = OPTIMIZER;
  const density: VectorFieldSpec = {
    kind: "vector-field",
    columns: continuousColumns("vector-field", problem, REMEDY[recipe.target]),
    numFeatures,
    numConditions,
    path: recipe.path,
    ...fieldArchitecture(recipe, numFeatures),
    activation: "silu",
    // Chosen after training.
    numSteps: recipe.numSteps ?? 1,
    gridError: 0,
  };
  if (density.attention !== undefined) requireRoom(density);
  const settings: TrainingSettings = {
    ...optimizer,
    batchSize: recipe.batchSize ?? Math.min(512, Math.max(32, Math.round(training.length / 80))),
    numEpochs: fieldEpochs(recipe),
    peakLearningRate: recipe.learningRate ?? learningRate,
    // The baseline is exact for linear simulators with normal noise.
    prefersStart: true,
  };
  const baseline = baselineOf(density, simulations, training);
  const whitened = whiten(density, baseline, simulations);
  const loss = fieldLoss(paths[recipe.path], recipe.objective);
  const decays = fieldDecays(density, DECAY);
  const createTrainer = (rng: Rng): TrainableDensity => {
    const [initialRng, noiseRng] = rng.split(2);
    const initial = initialFieldWeights(initialRng, density, baseline);
    const { batchSize: maxBatch } = settings;
    const options = { spec: density, simulations: whitened, initial, decays, rng: noiseRng, loss, maxBatch };
    if (embedding === undefined) return createFieldTrainer(options);
    const { numWeights, create, createObserve } = embedding;
    return createEmbeddedFieldTrainer({
      ...options,
      embedding: create(maxBatch),
      observe: createObserve(maxBatch),
      initial: Float32Array.from([...embedding.initial(initialRng.foldIn(1)), ...initial]),
      decays: decays.map(({ from, end, rate }) => ({ from: from + numWeights, end: end + numWeights, rate })),
    });
  };
  return { density, settings, createTrainer };
}

/** Columns side by side: count × D. */
function columnRows(columns: readonly Float64Array[], count: number): Float64Array {
  const D = columns.length;
  const y = new Float64Array(count * D);
  columns.forEach((column, d) => {
    for (let i = 0; i < count; i++) y[i * D + d] = column[i];
  });
  return y;
}

function baselineOf(spec: VectorFieldSpec, simulations: EncodedSimulations, training: Int32Array): FittedBaseline {
  const { numFeatures, numConditions, columns } = spec;
  const width = numFeatures + numConditions;
  const { features, conditions, count } = simulations;
  const inputs = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    inputs.set(features.subarray(i * numFeatures, (i + 1) * numFeatures), i * width);
    inputs.set(conditions.subarray(i * numConditions, (i + 1) * numConditions), i * width + numFeatures);
  }
  const D = columns.length;
  const y = columnRows(simulations.columns, count);
  return fitBaseline(rowsOf(y, D, training), D, rowsOf(inputs, width, training), width);
}

/** The simulations as the field moves them: by the very baseline that its weights hold. */
function whiten(spec: VectorFieldSpec, baseline: FittedBaseline, simulations: EncodedSimulations): FieldSimulations {
  const { features, conditions, count } = simulations;
  const field = createField(spec, 1, 1);
  const { memory } = field;
  [...baseline.slope, ...baseline.intercept, ...baseline.factor].forEach((value, i) => {
    memory.weights.values[memory.positions[i]] = value;
  });
  field.refresh();
  const y = columnRows(simulations.columns, count);
  const z = new Float64Array(y.length);
  const at = { term: 0, row: 0, features, conditions };
  for (let i = 0; i < count; i++) {
    at.term = i;
    at.row = i;
    field.baseline.whiten(at, y, z);
  }
  return { count, z, features, conditions };
}
