import { type ColumnSpec, PoolishError, requireCount } from "@poolish/core";
import { bindEstimator } from "./bindEstimator.ts";
import type { EncodedColumn } from "./columns/encodedColumn.ts";
import { createDensity } from "./density/createDensity.ts";
import { encodedColumns, numDensityWeights } from "./density/densitySpec.ts";
import type { Estimator } from "./estimator.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { estimatorToBytes } from "./estimatorToBytes.ts";
import { createEvaluator, EVALUATOR_BLOCK, type Evaluator, type Observations, type ThetaRows } from "./evaluator.ts";
import { createFrozenDensity } from "./frozenDensity.ts";
import { readColumn, readCondition } from "./readColumns.ts";
import { standardizeConditions } from "./standardizeConditions.ts";

type Numbers = number | ArrayLike<number>;

/** Assembles an estimator from its specification and flat weights, member after member (see `densityBlocks`). */
export function createEstimator(spec: EstimatorSpec, weights: Float32Array): Estimator {
  const { parameters, columns, conditions, density, numMembers } = spec;
  const expected = numMembers * numDensityWeights(density);
  if (weights.length !== expected) throw new Error(`expected ${expected} weights, got ${weights.length}`);
  // Made at the first call by hand: models and workers only bind.
  const byHand = once(() =>
    createEvaluator(spec, createFrozenDensity(spec, weights, EVALUATOR_BLOCK, EVALUATOR_BLOCK)),
  );
  const members = once(() => memberEvaluators(spec, weights));
  const evaluate = (evaluator: Evaluator, x: Numbers, theta: Numbers, known: Numbers): Float64Array => {
    const observations = readObservations(spec, toArray(x), toArray(known));
    const out = new Float64Array(observations.count);
    evaluator.logProb(observations, thetaRows(toArray(theta), parameters.length, observations.count), out);
    return out;
  };
  return {
    spec,
    weights,
    parameters,
    columns: columns.map((column, c) => withCategories(column, encodedColumns(density)[c])),
    conditions,
    isNormalised: true,
    trainingBox: Object.fromEntries(parameters.map(({ name, box }) => [name, box])),
    bind: (data, row, numRows) => bindEstimator(spec, weights, data, row, numRows),
    logProb: (x, theta, known = []) => evaluate(byHand(), x, theta, known),
    spread: (x, theta, known = []) => spreadOf(members().map((member) => evaluate(member, x, theta, known))),
    sample(rng, theta, count, out = new Float64Array(count * columns.length), known = []) {
      requireCount("count", count, 0);
      if (out.length < count * columns.length) {
        throw new Error(`out has room for ${out.length} numbers, ${count * columns.length} are wanted`);
      }
      const rows = thetaRows(toArray(theta), parameters.length, count);
      byHand().sample(rng, rows, readConditions(spec, toArray(known), count), count, out);
      return out;
    },
    toDescriptor: () => ({ kind: "estimator", bytes: estimatorToBytes({ spec, weights }) }),
  };
}

function withCategories(column: ColumnSpec, encoded: EncodedColumn): ColumnSpec {
  return encoded.kind === "category" ? { ...column, categories: encoded.values } : column;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function memberEvaluators(spec: EstimatorSpec, weights: Float32Array): Evaluator[] {
  const each = numDensityWeights(spec.density);
  return Array.from({ length: spec.numMembers }, (_, k) => {
    const member = createDensity(spec.density, EVALUATOR_BLOCK, EVALUATOR_BLOCK);
    member.setWeights(weights.subarray(k * each, (k + 1) * each));
    return createEvaluator(spec, member);
  });
}

/** The standard deviation over `members` of each element. */
function spreadOf(members: readonly Float64Array[]): Float64Array {
  const K = members.length;
  return members[0].map((_, i) => {
    const mean = members.reduce((sum, member) => sum + member[i] / K, 0);
    return Math.sqrt(members.reduce((sum, member) => sum + (member[i] - mean) ** 2 / Math.max(1, K - 1), 0));
  });
}

function toArray(values: Numbers): Float64Array {
  return typeof values === "number" ? Float64Array.of(values) : Float64Array.from(values);
}

/** Every `width`-th number from `index`. */
function strided(values: Float64Array, width: number, index: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / width) }, (_, i) => values[i * width + index]);
}

function readObservations(spec: EstimatorSpec, x: Float64Array, known: Float64Array): Observations {
  const width = spec.columns.length;
  if (x.length % width !== 0) refuseLength("x", x.length, `a multiple of ${width}, its number of columns`);
  const count = x.length / width;
  const encoded = encodedColumns(spec.density);
  const columns = spec.columns.map((column, c) => readColumn(column, encoded[c], strided(x, width, c)));
  return { count, columns, conditions: readConditions(spec, known, count) };
}

/** One row of conditions for all, or one for each of `count`: standardised, one for each. */
function readConditions({ conditions, conditionScales }: EstimatorSpec, known: Float64Array, count: number) {
  const width = conditions.length;
  if (known.length !== width && known.length !== count * width) {
    refuseLength("conditions", known.length, `${width} (one row for all) or ${count * width} (one row for each)`);
  }
  const isShared = known.length === width;
  const columns = conditions.map((column, k) => {
    const values = strided(known, width, k);
    return readCondition(column, isShared ? new Float64Array(count).fill(values[0]) : values);
  });
  return standardizeConditions(conditionScales, columns, count);
}

/** One row for all, or one for each of `count`. */
function thetaRows(theta: Float64Array, width: number, count: number): ThetaRows {
  const numRows = theta.length / width;
  if (numRows === 1 || numRows === count) return { theta, numRows };
  return refuseLength("theta", theta.length, `${width} (one row for all) or ${count * width} (one row for each)`);
}

function refuseLength(field: string, length: number, wanted: string): never {
  throw new PoolishError(`got ${length} numbers, expected ${wanted}`, {
    kind: "input",
    field,
    remedy: "Pass rows of numbers, one after another.",
  });
}
