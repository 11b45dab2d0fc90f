import { requireCount } from "@poolish/core";
import { bindEstimator } from "./bindEstimator.ts";
import { countRows, isSharedRow, type Numbers, strided, toArray } from "./callArguments.ts";
import { withCategories } from "./columns/categoryColumn.ts";
import { createDensity } from "./density/createDensity.ts";
import { encodedColumns, numDensityWeights } from "./density/densitySpec.ts";
import type { Estimator } from "./estimator.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { estimatorToBytes } from "./estimatorToBytes.ts";
import { createEvaluator, EVALUATOR_BLOCK, type Evaluator, type Observations, type ThetaRows } from "./evaluator.ts";
import { createFrozenDensity } from "./frozenDensity.ts";
import { readColumn, readCondition } from "./readColumns.ts";
import { spreadOf } from "./spreadOf.ts";
import { standardizeConditions, withConditionCategories } from "./standardizeConditions.ts";

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
    conditions: conditions.map((condition, k) => withConditionCategories(condition, spec.conditionScales[k])),
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

function readObservations(spec: EstimatorSpec, x: Float64Array, known: Float64Array): Observations {
  const width = spec.columns.length;
  const count = countRows(x, width);
  const encoded = encodedColumns(spec.density);
  const columns = spec.columns.map((column, c) => readColumn(column, encoded[c], strided(x, width, c)));
  return { count, columns, conditions: readConditions(spec, known, count) };
}

/** One row of conditions for all, or one for each of `count`: standardised, one for each. */
function readConditions({ conditions, conditionScales }: EstimatorSpec, known: Float64Array, count: number) {
  const width = conditions.length;
  const isShared = isSharedRow("conditions", known, width, count);
  const columns = conditions.map((column, k) => {
    const values = strided(known, width, k);
    return readCondition(column, conditionScales[k], isShared ? new Float64Array(count).fill(values[0]) : values);
  });
  return standardizeConditions(conditionScales, columns, count);
}

/** One row for all, or one for each of `count`. */
function thetaRows(theta: Float64Array, width: number, count: number): ThetaRows {
  return { theta, numRows: isSharedRow("theta", theta, width, count) ? 1 : count };
}
