import { type Columns, isOnSupport, PoolishError, type Rng } from "@poolish/core";
import { bindCountLikelihood } from "./count/bindCountLikelihood.ts";
import { requireCounts } from "./count/bindCounts.ts";
import { createCountDensity, numCountWeights } from "./count/countDensity.ts";
import { countAt } from "./count/countScale.ts";
import type { Estimator } from "./estimator.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { estimatorToBytes } from "./estimatorToBytes.ts";
import { writeFeatures } from "./features.ts";

/** θ rows that the sampler sends through the network at once. */
const SAMPLE_ROWS = 256;

/** Assembles an estimator from its specification and flat weights (see `CountDensitySpec`). */
export function createEstimator(spec: EstimatorSpec, weights: Float32Array): Estimator {
  const { parameters, columns, conditions, density } = spec;
  if (weights.length !== numCountWeights(density)) {
    throw new Error(`expected ${numCountWeights(density)} weights, got ${weights.length}`);
  }
  const [{ name: column }] = columns;
  const bind = (data: Columns, row: Int32Array, numRows: number) => {
    const counts = requireColumn(data, column);
    requireCounts(column, counts);
    return bindCountLikelihood(spec, weights, counts, row, numRows);
  };
  return {
    spec,
    weights,
    parameters,
    columns,
    conditions,
    isNormalised: true,
    trainingBox: Object.fromEntries(parameters.map(({ name, box }) => [name, box])),
    bind,
    logProb(x, theta) {
      const counts = toArray(x);
      const rows = thetaRows(toArray(theta), parameters.length, counts.length);
      const row = Int32Array.from(counts, (_, i) => (rows.numRows === 1 ? 0 : i));
      const bound = bind({ [column]: counts }, row, rows.numRows);
      const logTerms = new Float64Array(bound.numTerms);
      bound.evaluate(rows.theta, logTerms);
      return Float64Array.from(bound.termOfTrial, (term) => logTerms[term]);
    },
    sample: (rng, theta, count, out = new Float64Array(count)) =>
      sampleCounts(spec, weights, rng, thetaRows(toArray(theta), parameters.length, count), count, out),
    toDescriptor: () => ({ kind: "estimator", bytes: estimatorToBytes({ spec, weights }) }),
  };
}

function toArray(values: number | ArrayLike<number>): Float64Array {
  return typeof values === "number" ? Float64Array.of(values) : Float64Array.from(values);
}

function requireColumn(data: Columns, column: string): ArrayLike<number> {
  const values = data[column];
  if (values !== undefined) return values;
  throw new PoolishError("this column is missing from the data", {
    kind: "input",
    field: column,
    remedy: `The likelihood explains ${column}; the data have ${Object.keys(data).join(", ") || "no columns"}.`,
  });
}

interface ThetaRows {
  readonly theta: Float64Array;
  readonly numRows: number;
}

/** One row for all, or one for each of `count`. */
function thetaRows(theta: Float64Array, width: number, count: number): ThetaRows {
  const numRows = theta.length / width;
  if (numRows === 1 || numRows === count) return { theta, numRows };
  throw new PoolishError(`got ${theta.length} numbers for ${count} observations of ${width} parameters`, {
    kind: "input",
    field: "theta",
    remedy: `Pass ${width} numbers (one row for all) or ${count * width} (one row for each).`,
  });
}

function sampleCounts(
  { density, features, parameters }: EstimatorSpec,
  weights: Float32Array,
  rng: Rng,
  { theta, numRows }: ThetaRows,
  count: number,
  out: Float64Array,
): Float64Array {
  const width = parameters.length;
  const network = createCountDensity(density, Math.min(numRows, SAMPLE_ROWS), 0);
  network.setWeights(weights);
  const { mixture, outputs } = network;
  const featureValues = new Float64Array(SAMPLE_ROWS * features.length);
  for (let start = 0; start < numRows; start += SAMPLE_ROWS) {
    const block = Math.min(SAMPLE_ROWS, numRows - start);
    const rows = theta.subarray(start * width, (start + block) * width);
    writeFeatures(features, rows, width, block, featureValues);
    network.run(featureValues, block);
    for (let r = 0; r < block; r++) {
      const isOff = parameters.some(({ support }, p) => !isOnSupport(support, rows[r * width + p]));
      mixture.setRow(outputs, r * mixture.numOutputs);
      const first = numRows === 1 ? 0 : start + r;
      const last = numRows === 1 ? count : start + r + 1;
      for (let i = first; i < last; i++) out[i] = isOff ? Number.NaN : countAt(density.scale, mixture.sample(rng));
    }
  }
  return out;
}
