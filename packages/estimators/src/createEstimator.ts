import { type Columns, PoolishError, requireCount } from "@poolish/core";
import { bindCountLikelihood } from "./count/bindCountLikelihood.ts";
import { requireCounts } from "./count/bindCounts.ts";
import { numCountWeights } from "./count/countDensity.ts";
import { type CountEvaluator, createCountEvaluator, type ThetaRows } from "./count/countEvaluator.ts";
import type { Estimator } from "./estimator.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { estimatorToBytes } from "./estimatorToBytes.ts";

/** Assembles an estimator from its specification and flat weights (see `CountDensitySpec`). */
export function createEstimator(spec: EstimatorSpec, weights: Float32Array): Estimator {
  const { parameters, columns, conditions, density } = spec;
  if (weights.length !== numCountWeights(density)) {
    throw new Error(`expected ${numCountWeights(density)} weights, got ${weights.length}`);
  }
  const [{ name: column }] = columns;
  const width = parameters.length;
  // Made at the first call by hand: models and workers only bind.
  let evaluator: CountEvaluator | undefined;
  const byHand = (): CountEvaluator => {
    evaluator ??= createCountEvaluator(spec, weights);
    return evaluator;
  };
  return {
    spec,
    weights,
    parameters,
    columns,
    conditions,
    isNormalised: true,
    trainingBox: Object.fromEntries(parameters.map(({ name, box }) => [name, box])),
    bind: (data, row, numRows) =>
      bindCountLikelihood(spec, weights, requireCountColumn(data, column, row.length), row, numRows),
    logProb(x, theta) {
      const counts = toArray(x);
      requireCounts(column, counts);
      const out = new Float64Array(counts.length);
      byHand().logProb(counts, thetaRows(toArray(theta), width, counts.length), out);
      return out;
    },
    sample(rng, theta, count, out = new Float64Array(count)) {
      requireCount("count", count, 0);
      if (out.length < count) throw new Error(`out has room for ${out.length} draws, ${count} are wanted`);
      byHand().sample(rng, thetaRows(toArray(theta), width, count), count, out);
      return out;
    },
    toDescriptor: () => ({ kind: "estimator", bytes: estimatorToBytes({ spec, weights }) }),
  };
}

function toArray(values: number | ArrayLike<number>): Float64Array {
  return typeof values === "number" ? Float64Array.of(values) : Float64Array.from(values);
}

/** The column of counts, one for each of `numTrials`. */
function requireCountColumn(data: Columns, column: string, numTrials: number): ArrayLike<number> {
  const values = Object.hasOwn(data, column) ? data[column] : undefined;
  if (values === undefined) {
    throw new PoolishError("this column is missing from the data", {
      kind: "input",
      field: column,
      remedy: `The likelihood explains ${column}; the data have ${Object.keys(data).join(", ") || "no columns"}.`,
    });
  }
  if (values.length !== numTrials) {
    throw new PoolishError(`the column has ${values.length} entries for ${numTrials} trials`, {
      kind: "input",
      field: column,
      remedy: "Give the column and the rows of theta one entry for each trial.",
    });
  }
  requireCounts(column, values);
  return values;
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
