import type { BoundLikelihood, Columns } from "@poolish/core";
import type { EncodedColumn } from "./columns/encodedColumn.ts";
import { type MergedTrials, mergeTrials } from "./columns/mergeTrials.ts";
import { createTermEncoder, type TermEncoder } from "./columns/termEncoder.ts";
import { BLOCK, type BlockLimits, createBlockedDensity, type TermFunction } from "./density/createBlockedDensity.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { pullbackFeatures, writeFeatures } from "./features.ts";
import { readColumn, readCondition, requireColumn } from "./readColumns.ts";
import { standardizeConditions } from "./standardizeConditions.ts";
import { copyOnSupport } from "./thetaRows.ts";

/** Terms that go through at once where networks run once a row, and a term costs its mixture alone. */
const TERM_BLOCK = 16_384;

/** What is tied to data: a function of encoded terms, and how θ and data are encoded for it. */
export interface Bindable
  extends Pick<EstimatorSpec, "parameters" | "columns" | "conditions" | "features" | "conditionScales"> {
  readonly encoded: readonly EncodedColumn[];
  /** Whether it is a density of the encoded columns, that of x being its product with |dy/dx|. */
  readonly isDensity: boolean;
  /** Whether networks run once a row, because a trial brings nothing to them. */
  readonly isPerRow: boolean;
  /** Whether it cuts terms into blocks itself. */
  readonly isTiled?: boolean;
  create(maxRows: number, maxTerms: number): TermFunction;
}

function limitsOf({ isPerRow, isTiled = false }: Bindable): BlockLimits {
  if (isTiled) return { rows: Infinity, terms: Infinity };
  return { rows: BLOCK, terms: isPerRow ? TERM_BLOCK : BLOCK };
}

/** Ties the function to data. Owns its buffers; evaluation allocates nothing. */
export function bindTerms(spec: Bindable, data: Columns, row: Int32Array, numRows: number): BoundLikelihood {
  const { encoded } = spec;
  const read = spec.columns.map((column, c) =>
    readColumn(column, encoded[c], requireColumn(data, column.name, row.length)),
  );
  const known = spec.conditions.map((column) => readCondition(column, requireColumn(data, column.name, row.length)));
  const merged = mergeTrials([...read, ...known], row);
  const { numTerms, trialOfTerm, multiplicity, termOfTrial } = merged;
  const ofTerms = (values: Float64Array): Float64Array => Float64Array.from(trialOfTerm, (trial) => values[trial]);
  const encoder = createTermEncoder(encoded, read.map(ofTerms), merged.rowOfTerm, spec.parameters.length);
  const conditions = standardizeConditions(spec.conditionScales, known.map(ofTerms), numTerms);
  return { numTerms, multiplicity, termOfTrial, ...passes(spec, merged, encoder, conditions, numRows) };
}

type Passes = Pick<BoundLikelihood, "evaluate" | "pullback" | "evaluateWithGradient">;

/** From θ to log-densities of x, and back: what surrounds the function of encoded terms. */
function passes(
  spec: Bindable,
  { numTerms, rowOfTerm }: Pick<MergedTrials, "numTerms" | "rowOfTerm">,
  encoder: TermEncoder,
  conditions: Float64Array,
  numRows: number,
): Passes {
  const { features, parameters, isDensity } = spec;
  const terms = { numFeatures: features.length, numTerms, rowOfTerm };
  const { evaluateWithGradient, ...blocked } = createBlockedDensity(spec.create, terms, limitsOf(spec));
  const rows = { theta: new Float64Array(numRows * parameters.length), isOff: new Uint8Array(numRows) };
  const featureValues = new Float64Array(numRows * features.length);
  const featureGradient = new Float64Array(numRows * features.length);
  const onSupport = new Float64Array(numTerms);
  const columnGradients = encoder.columns.map(() => new Float64Array(encoder.movesWithTheta ? numTerms : 0));
  const movingColumns = encoder.movesWithTheta ? columnGradients : undefined;
  const noJacobian = new Float64Array(isDensity ? 0 : numTerms);
  let numRowsOff = 0;
  let isSet = false;

  const enter = (theta: Float64Array): void => {
    numRowsOff = copyOnSupport(parameters, theta, rows);
    writeFeatures(features, rows.theta, parameters.length, numRows, featureValues);
    if (encoder.movesWithTheta) encoder.update(rows.theta);
    if (isSet && !encoder.movesWithTheta) return;
    blocked.setTerms({ numTerms, rowOfTerm, columns: encoder.columns, conditions });
    isSet = true;
  };
  /** From densities of encoded columns to those of x. */
  const finish = (logTerms: Float64Array): void => {
    const { logJacobian } = encoder;
    if (isDensity) for (let i = 0; i < numTerms; i++) logTerms[i] += logJacobian[i];
    if (numRowsOff === 0) return;
    for (let i = 0; i < numTerms; i++) if (rows.isOff[rowOfTerm[i]] === 1) logTerms[i] = -Infinity;
  };
  /** Makes room for gradients; returns the adjoints, 0 for terms off the support. */
  const beginPullback = (adjoint: Float64Array): Float64Array => {
    featureGradient.fill(0);
    for (const gradient of columnGradients) gradient.fill(0);
    if (numRowsOff === 0) return adjoint;
    for (let i = 0; i < numTerms; i++) onSupport[i] = rows.isOff[rowOfTerm[i]] === 1 ? 0 : adjoint[i];
    return onSupport;
  };
  const endPullback = (adjoint: Float64Array, thetaGradient: Float64Array): void => {
    pullbackFeatures(features, rows.theta, parameters.length, numRows, featureGradient, thetaGradient);
    if (!encoder.movesWithTheta) return;
    encoder.pullback(rows.theta, columnGradients, isDensity ? adjoint : noJacobian, thetaGradient);
  };
  return {
    evaluate(theta, logTerms) {
      enter(theta);
      blocked.evaluate(featureValues, logTerms);
      finish(logTerms);
    },
    pullback(adjoint, thetaGradient) {
      const kept = beginPullback(adjoint);
      blocked.pullback(kept, featureGradient, movingColumns);
      endPullback(kept, thetaGradient);
    },
    ...(evaluateWithGradient && {
      evaluateWithGradient(theta, adjoint, logTerms, thetaGradient) {
        enter(theta);
        const kept = beginPullback(adjoint);
        evaluateWithGradient(featureValues, kept, logTerms, featureGradient, movingColumns);
        finish(logTerms);
        endPullback(kept, thetaGradient);
      },
    }),
  };
}
