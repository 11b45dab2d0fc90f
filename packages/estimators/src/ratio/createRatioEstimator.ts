import type { BoundLikelihood, Columns } from "@poolish/core";
import { bindTerms } from "../bindTerms.ts";
import { countRows, isSharedRow, type Numbers, strided, toArray } from "../callArguments.ts";
import { withCategories } from "../columns/categoryColumn.ts";
import type { TermFunction } from "../density/createBlockedDensity.ts";
import { estimatorToBytes } from "../estimatorToBytes.ts";
import { spreadOf } from "../spreadOf.ts";
import { withConditionCategories } from "../standardizeConditions.ts";
import { createEnsembleRatio } from "./createEnsembleRatio.ts";
import { createRatioNetwork } from "./createRatioNetwork.ts";
import type { RatioEstimator, RatioEstimatorSpec } from "./ratioEstimator.ts";
import { numRatioWeights } from "./ratioSpec.ts";

/** Assembles a ratio estimator from its specification and flat weights, member after member (see `ratioBlocks`). */
export function createRatioEstimator(spec: RatioEstimatorSpec, weights: Float32Array): RatioEstimator {
  const { parameters, columns, conditions, ratio, numMembers } = spec;
  const each = numRatioWeights(ratio);
  if (weights.length !== numMembers * each) {
    throw new Error(`expected ${numMembers * each} weights, got ${weights.length}`);
  }
  const members = Array.from({ length: numMembers }, (_, k) => weights.subarray(k * each, (k + 1) * each));
  const evaluate = (of: readonly Float32Array[], x: Numbers, theta: Numbers, known: Numbers): Float64Array =>
    logRatioOf(spec, of, toArray(x), toArray(theta), toArray(known));
  return {
    spec,
    weights,
    parameters,
    columns: columns.map((column, c) => withCategories(column, ratio.columns[c])),
    conditions: conditions.map((condition, k) => withConditionCategories(condition, spec.conditionScales[k])),
    isNormalised: false,
    trainingBox: Object.fromEntries(parameters.map(({ name, box }) => [name, box])),
    bind: (data, row, numRows) => bindRatio(spec, members, data, row, numRows),
    logRatio: (x, theta, known = []) => evaluate(members, x, theta, known),
    spread: (x, theta, known = []) => spreadOf(members.map((member) => evaluate([member], x, theta, known))),
    toDescriptor: () => ({ kind: "estimator", bytes: estimatorToBytes({ spec, weights }) }),
  };
}

function bindRatio(
  spec: RatioEstimatorSpec,
  members: readonly Float32Array[],
  data: Columns,
  row: Int32Array,
  numRows: number,
): BoundLikelihood {
  const create = (maxRows: number, maxTerms: number): TermFunction =>
    createEnsembleRatio(
      members.map((weights) => {
        const network = createRatioNetwork(spec.ratio, maxRows, maxTerms);
        network.setWeights(weights);
        return network;
      }),
      maxTerms,
    );
  const bindable = { ...spec, encoded: spec.ratio.columns, isDensity: false, isPerRow: false, create };
  return bindTerms(bindable, data, row, numRows);
}

function logRatioOf(
  spec: RatioEstimatorSpec,
  members: readonly Float32Array[],
  x: Float64Array,
  theta: Float64Array,
  known: Float64Array,
): Float64Array {
  const { columns, conditions, parameters } = spec;
  const count = countRows(x, columns.length);
  const isOneTheta = isSharedRow("theta", theta, parameters.length, count);
  const isOneCondition = isSharedRow("conditions", known, conditions.length, count);
  const data: Record<string, Float64Array> = {};
  columns.forEach(({ name }, c) => {
    data[name] = strided(x, columns.length, c);
  });
  conditions.forEach(({ name }, k) => {
    const values = strided(known, conditions.length, k);
    data[name] = isOneCondition ? new Float64Array(count).fill(values[0]) : values;
  });
  const row = Int32Array.from({ length: count }, (_, i) => (isOneTheta ? 0 : i));
  const bound = bindRatio(spec, members, data, row, isOneTheta ? 1 : count);
  const logRatios = new Float64Array(bound.numTerms);
  bound.evaluate(theta, logRatios);
  return Float64Array.from(bound.termOfTrial, (term) => logRatios[term]);
}
