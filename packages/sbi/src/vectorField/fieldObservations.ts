import { PoolishError } from "@poolish/core";
import { numEmbeddingWeights, type ObservationSpec, type PosteriorEstimator } from "@poolish/estimators";
import { fitObservations } from "../embedding/fitObservations.ts";
import { firstTrials, type Simulations } from "../simulations.ts";

/** How a field is given x: what its file says of it, the features of each simulation, and the embedding's weights. */
export interface FieldObservations extends ObservationSpec {
  /** count × numFeatures. */
  readonly features: Float64Array;
  readonly numFeatures: number;
  readonly embeddingWeights: Float32Array;
}

/**
 * x as it is, standardised on the simulations `training`, or as the embedding of `posterior` summarises it.
 * @throws PoolishError for sets of trials without an embedding, and for an embedding of other columns.
 */
export function fieldObservations(
  simulations: Simulations,
  training: Int32Array,
  posterior: PosteriorEstimator | undefined,
): FieldObservations {
  if (posterior === undefined) {
    if (simulations.numTrials !== undefined)
      refuse("a field cannot read sets of trials as they are", "Pass a posterior of npe.");
    const { columns, inputs, values } = fitObservations(simulations, training);
    const embedding = { kind: "identity", numInputs: inputs.length } as const;
    return {
      columns,
      inputs,
      embedding,
      features: values,
      numFeatures: inputs.length,
      embeddingWeights: new Float32Array(0),
    };
  }
  const { columns, inputs, embedding } = posterior.spec;
  const names = [...simulations.columns, ...simulations.conditions].map(({ name }) => name).join(", ");
  const wanted = columns.map(({ name }) => name).join(", ");
  if (names !== wanted) refuse(`it reads ${wanted}, the simulations have ${names}`, "Train it on these simulations.");
  const features = posterior.summaries(observationsOf(simulations));
  // Of the first member: its weights begin with the embedding's.
  const embeddingWeights = posterior.weights.slice(0, numEmbeddingWeights(embedding));
  const numFeatures = features.length / simulations.count;
  return { columns, inputs, embedding, features, numFeatures, embeddingWeights };
}

function refuse(problem: string, remedy: string): never {
  throw new PoolishError(problem, { kind: "input", field: "embedding", remedy });
}

/** One array for each simulation: its trials one after another, each with its known conditions behind it. */
function observationsOf(simulations: Simulations): Float64Array[] {
  const { columns, conditions, x, conditionValues, count } = simulations;
  const first = firstTrials(simulations);
  const [wide, known] = [columns.length, conditions.length];
  return Array.from({ length: count }, (_, i) => {
    const trials = Array.from({ length: first[i + 1] - first[i] }, (_trial, k) => first[i] + k);
    return Float64Array.from(
      trials.flatMap((trial) => [
        ...x.subarray(trial * wide, (trial + 1) * wide),
        ...conditionValues.subarray(trial * known, (trial + 1) * known),
      ]),
    );
  });
}
