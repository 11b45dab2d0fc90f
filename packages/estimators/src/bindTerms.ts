import type { BoundLikelihood, Columns } from "@poolish/core";
import type { EncodedColumn } from "./columns/encodedColumn.ts";
import { type MergedTrials, mergeTrials } from "./columns/mergeTrials.ts";
import { createTermEncoder, type TermEncoder } from "./columns/termEncoder.ts";
import {
  BLOCK,
  type BlockedDensity,
  type BlockLimits,
  createBlockedDensity,
  type TermFunction,
} from "./density/createBlockedDensity.ts";
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
  const known = spec.conditions.map((column, k) =>
    readCondition(column, spec.conditionScales[k], requireColumn(data, column.name, row.length)),
  );
  const merged = mergeTrials([...read, ...known], row);
  const { numTerms, rowOfTerm, trialOfTerm, multiplicity, termOfTrial } = merged;
  const ofTerms = (values: Float64Array): Float64Array => Float64Array.from(trialOfTerm, (trial) => values[trial]);
  const encoder = createTermEncoder(encoded, read.map(ofTerms), rowOfTerm, spec.parameters.length);
  const conditions = standardizeConditions(spec.conditionScales, known.map(ofTerms), numTerms);
  const sizes = { numFeatures: spec.features.length, numTerms, rowOfTerm };
  const blocked = createBlockedDensity(spec.create, sizes, limitsOf(spec));
  const setTerms = (): void => blocked.setTerms({ numTerms, rowOfTerm, columns: encoder.columns, conditions });
  setTerms();
  const passes = createTermPasses(spec, merged, encoder, setTerms, numRows);
  return { numTerms, multiplicity, termOfTrial, ...evaluation(passes, blocked, numTerms) };
}

/** What surrounds the function of encoded terms: from θ to features, from terms to log-densities of x, and back. */
interface TermPasses {
  readonly featureValues: Float64Array;
  readonly featureGradient: Float64Array;
  /** Undefined where no column moves with θ. */
  readonly columnGradients: readonly Float64Array[] | undefined;
  /** Takes θ rows; those off the support are moved onto it. */
  enter(theta: Float64Array): void;
  /** From densities of encoded columns to those of x, for the terms from `first` to `end` − 1. */
  finish(logTerms: Float64Array, first: number, end: number): void;
  /** Makes room for gradients. */
  beginPullback(): void;
  /** The adjoints, 0 for terms off the support: those from `first` to `end` − 1 are read now, the others have been before. */
  keepAdjoints(adjoint: Float64Array, first: number, end: number): Float64Array;
  /** ADDS to `thetaGradient` what the gradients in features and columns come to. */
  endPullback(adjoint: Float64Array, thetaGradient: Float64Array): void;
}

function createTermPasses(
  { features, parameters, isDensity }: Bindable,
  { numTerms, rowOfTerm }: Pick<MergedTrials, "numTerms" | "rowOfTerm">,
  encoder: TermEncoder,
  setTerms: () => void,
  numRows: number,
): TermPasses {
  const numParameters = parameters.length;
  const rows = { theta: new Float64Array(numRows * numParameters), isOff: new Uint8Array(numRows) };
  const featureValues = new Float64Array(numRows * features.length);
  const featureGradient = new Float64Array(numRows * features.length);
  const onSupport = new Float64Array(numTerms);
  const columnGradients = encoder.movesWithTheta ? encoder.columns.map(() => new Float64Array(numTerms)) : undefined;
  const noJacobian = new Float64Array(isDensity ? 0 : numTerms);
  let numRowsOff = 0;
  return {
    featureValues,
    featureGradient,
    columnGradients,
    enter(theta) {
      numRowsOff = copyOnSupport(parameters, theta, rows);
      writeFeatures(features, rows.theta, numParameters, numRows, featureValues);
      if (!encoder.movesWithTheta) return;
      encoder.update(rows.theta);
      setTerms();
    },
    finish(logTerms, first, end) {
      const { logJacobian } = encoder;
      if (isDensity) for (let i = first; i < end; i++) logTerms[i] += logJacobian[i];
      if (numRowsOff === 0) return;
      for (let i = first; i < end; i++) if (rows.isOff[rowOfTerm[i]] === 1) logTerms[i] = -Infinity;
    },
    beginPullback() {
      featureGradient.fill(0);
      for (const gradient of columnGradients ?? []) gradient.fill(0);
    },
    keepAdjoints(adjoint, first, end) {
      if (numRowsOff === 0) return adjoint;
      for (let i = first; i < end; i++) onSupport[i] = rows.isOff[rowOfTerm[i]] === 1 ? 0 : adjoint[i];
      return onSupport;
    },
    endPullback(adjoint, thetaGradient) {
      pullbackFeatures(features, rows.theta, numParameters, numRows, featureGradient, thetaGradient);
      if (columnGradients === undefined) return;
      encoder.pullback(rows.theta, columnGradients, isDensity ? adjoint : noJacobian, thetaGradient);
    },
  };
}

/** θ and terms through the passes and the blocks between them. */
function evaluation(
  { featureValues, featureGradient, columnGradients, ...passes }: TermPasses,
  { evaluateWithGradient, ...blocked }: BlockedDensity,
  numTerms: number,
): Pick<BoundLikelihood, "evaluate" | "pullback" | "evaluateWithGradient"> {
  return {
    evaluate(theta, logTerms) {
      passes.enter(theta);
      blocked.evaluate(featureValues, logTerms);
      passes.finish(logTerms, 0, numTerms);
    },
    pullback(adjoint, thetaGradient) {
      const kept = passes.keepAdjoints(adjoint, 0, numTerms);
      passes.beginPullback();
      blocked.pullback(kept, featureGradient, columnGradients);
      passes.endPullback(kept, thetaGradient);
    },
    ...(evaluateWithGradient && {
      evaluateWithGradient(theta, adjoint, logTerms, thetaGradient, beforePullback) {
        passes.enter(theta);
        passes.beginPullback();
        const kept = passes.keepAdjoints(adjoint, 0, 0);
        const between = (first: number, end: number): void => {
          passes.finish(logTerms, first, end);
          beforePullback?.(first, end);
          passes.keepAdjoints(adjoint, first, end);
        };
        evaluateWithGradient(featureValues, kept, logTerms, between, featureGradient, columnGradients);
        passes.endPullback(kept, thetaGradient);
      },
    }),
  };
}
