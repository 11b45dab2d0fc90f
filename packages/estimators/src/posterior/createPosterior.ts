import { type DensityDescriptor, type LearnedDensity, PoolishError, requireCount } from "@poolish/core";
import { encodedColumns } from "../density/densitySpec.ts";
import type { CreateLayersEmbedding } from "../embedding/createEmbedding.ts";
import { numSummaries } from "../embedding/embeddingSpec.ts";
import { type Observations, readObservations } from "../embedding/readObservations.ts";
import { estimatorToBytes } from "../estimatorToBytes.ts";
import { createEmbedObservations } from "./embedObservations.ts";
import { memberWeights, numPosteriorWeights } from "./frozenPosterior.ts";
import { parameterCode } from "./parameterCode.ts";
import { createPosteriorAt } from "./posteriorAt.ts";
import type { PosteriorEstimator } from "./posteriorEstimator.ts";
import { createPosteriorEvaluator, isOnSupports, type SummaryRows } from "./posteriorEvaluator.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";

/**
 * Assembles a posterior estimator from its specification and flat weights, member after member: embedding, then density.
 * @param createLayers needed where the embedding is a network of TensorFlow.js.
 */
export function createPosterior(
  spec: PosteriorSpec,
  weights: Float32Array,
  createLayers?: CreateLayersEmbedding,
): PosteriorEstimator {
  const expected = numPosteriorWeights(spec);
  if (weights.length !== expected) throw new Error(`expected ${expected} weights, got ${weights.length}`);
  const { parameters, columns } = spec;
  const embed = createEmbedObservations(spec, weights, createLayers);
  const evaluator = once(() => createPosteriorEvaluator(spec, weights));
  const summarise = (x: Observations): SummaryRows => {
    const inputs = readObservations(spec, x);
    return { summaries: embed(inputs), numRows: inputs.numObservations };
  };
  return {
    spec,
    weights,
    parameters,
    columns,
    trainingBox: Object.fromEntries(parameters.map(({ name, box }) => [name, box])),
    sample(rng, x, count) {
      requireCount("count", count, 0);
      const rows = summarise(x);
      const out = new Float64Array(rows.numRows * count * parameters.length);
      evaluator().sample(rng, rows, count, out);
      return out;
    },
    logProb(theta, x) {
      const values = typeof theta === "number" ? [theta] : theta;
      const rows = summarise(x);
      const count = thetaCount(spec, values, rows.numRows);
      const isOn = Array.from({ length: count }, (_, i) => isOnSupports(spec, values, i));
      const out = new Float64Array(count);
      evaluator().logProb(thetaColumns(spec, values, isOn), rows, out);
      return out.map((value, i) => (isOn[i] ? value : -Infinity));
    },
    at(x) {
      const rows = summarise(x);
      if (rows.numRows !== 1) refuse("x", `got ${rows.numRows} observations, expected one`, "Pass one observation.");
      return densityAt(spec, weights, x, rows.summaries);
    },
    summaries: (x) => ofFirstMember(summarise(x), spec.numMembers),
    inputs: (x) => readObservations(spec, x),
  };
}

function densityAt(
  spec: PosteriorSpec,
  weights: Float32Array,
  x: number | ArrayLike<number>,
  summaries: Float64Array,
): LearnedDensity {
  const observed = typeof x === "number" ? Float64Array.of(x) : Float64Array.from(x);
  const toDescriptor = (): DensityDescriptor =>
    spec.embedding.kind === "layers"
      ? { kind: "estimator", bytes: estimatorToBytes(summarised(spec, weights)), x: summaries }
      : { kind: "estimator", bytes: estimatorToBytes({ spec, weights }), x: observed };
  return { ...createPosteriorAt(spec, weights, summaries), toDescriptor };
}

function ofFirstMember({ summaries, numRows }: SummaryRows, numMembers: number): Float64Array {
  const total = summaries.length / numRows;
  const width = total / numMembers;
  return Float64Array.from(
    { length: numRows * width },
    (_, i) => summaries[Math.floor(i / width) * total + (i % width)],
  );
}

/** The same densities for one who has the summaries already (those of all members), and not the network. */
function summarised(spec: PosteriorSpec, weights: Float32Array): { spec: PosteriorSpec; weights: Float32Array } {
  if (spec.numMembers !== 1) throw new Error("networks of TensorFlow.js have one member");
  const numInputs = numSummaries(spec.embedding);
  const columns = Array.from({ length: numInputs }, (_, s) => ({ name: `summary_${s}`, kind: "continuous" }) as const);
  const inputs = columns.map((__, column) => {
    const bounds = { lower: -Infinity, upper: Infinity, edge: 1 } as const;
    return {
      kind: "number",
      column,
      transform: "identity",
      ...bounds,
      center: 0,
      scale: 1,
      isSquashed: false,
    } as const;
  });
  const [{ density }] = memberWeights(spec, weights);
  return { spec: { ...spec, columns, inputs, embedding: { kind: "identity", numInputs } }, weights: density };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** How many rows θ has: as many as observations, or any number for a single one. */
function thetaCount({ parameters }: PosteriorSpec, theta: ArrayLike<number>, numObservations: number): number {
  const count = theta.length / parameters.length;
  if (Number.isInteger(count) && (numObservations === 1 || count === numObservations)) return count;
  const rows = numObservations === 1 ? "rows" : `${numObservations} rows, one for each observation,`;
  return refuse(
    "theta",
    `got ${theta.length} numbers, expected ${rows} of ${parameters.length}`,
    "Pass rows of numbers.",
  );
}

/** θ by parameter; the centre of the training box where θ is off its support. */
function thetaColumns(spec: PosteriorSpec, theta: ArrayLike<number>, isOn: readonly boolean[]): Float64Array[] {
  const width = spec.parameters.length;
  return encodedColumns(spec.density).map((column, p) => {
    const [lower, upper] = spec.parameters[p].box;
    const inside = column.kind === "continuous" ? 0.5 * (lower + upper) : lower;
    return Float64Array.from(isOn, (on, i) => parameterCode(column, on ? theta[i * width + p] : inside));
  });
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}
