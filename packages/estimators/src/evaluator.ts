import { isOnSupport, type Rng } from "@poolish/core";
import { boundAt, inverseTransform } from "./columns/continuousColumn.ts";
import type { EncodedColumn } from "./columns/encodedColumn.ts";
import { createTermEncoder } from "./columns/termEncoder.ts";
import type { ConditionalDensity } from "./density/conditionalDensity.ts";
import { encodedColumns } from "./density/densitySpec.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { writeFeatures } from "./features.ts";
import { conditionsWidth } from "./standardizeConditions.ts";

/** θ rows: one for all observations, or one for each. Row-major. */
export interface ThetaRows {
  readonly theta: Float64Array;
  readonly numRows: number;
}

/** Observations by column, categories as codes, with standardised conditions (count × numConditions). */
export interface Observations {
  readonly count: number;
  readonly columns: readonly Float64Array[];
  readonly conditions: Float64Array;
}

/** A frozen density for single calls: owns its buffers, so that a call costs microseconds. */
export interface Evaluator {
  /** Overwrites `out` with log-densities of the raw columns; -Infinity where θ is off its support. */
  logProb(observations: Observations, rows: ThetaRows, out: Float64Array): void;
  /** Overwrites `out` (count × numColumns) with draws; NaN where θ is off its support. */
  sample(rng: Rng, rows: ThetaRows, conditions: Float64Array, count: number, out: Float64Array): void;
}

/** Observations that go through at once. */
const BLOCK = 256;

/** One block of observations: its first, its length, its θ rows (one, or as many) and their features. */
interface Block {
  readonly first: number;
  readonly numTerms: number;
  readonly numRows: number;
  readonly rowOfTerm: Int32Array;
  readonly theta: Float64Array;
  readonly isOff: (term: number) => boolean;
}

export function createEvaluator(spec: EstimatorSpec, density: ConditionalDensity): Evaluator {
  const { features, parameters } = spec;
  const numConditions = conditionsWidth(spec.conditionScales);
  const encoded = encodedColumns(spec.density);
  const featureValues = new Float64Array(BLOCK * features.length);
  const logTerms = new Float64Array(BLOCK);
  const setFeatures = ({ theta, numRows }: Block): void =>
    writeFeatures(features, theta, parameters.length, numRows, featureValues);
  const conditionsOf = (values: Float64Array, { first, numTerms }: Block): Float64Array =>
    values.subarray(first * numConditions, (first + numTerms) * numConditions);
  return {
    logProb({ count, columns, conditions }, rows, out) {
      forEachBlock(spec, rows, count, (block) => {
        const { first, numTerms, rowOfTerm } = block;
        const raw = columns.map((column) => column.subarray(first, first + numTerms));
        const encoder = createTermEncoder(encoded, raw, rowOfTerm, parameters.length);
        encoder.update(block.theta);
        density.setTerms({
          numTerms,
          rowOfTerm,
          columns: encoder.columns,
          conditions: conditionsOf(conditions, block),
        });
        setFeatures(block);
        density.evaluate(featureValues, block.numRows, logTerms);
        for (let i = 0; i < numTerms; i++) {
          out[first + i] = block.isOff(i) ? -Infinity : logTerms[i] + encoder.logJacobian[i];
        }
      });
    },
    sample(rng, rows, conditions, count, out) {
      const drawn = encoded.map(() => new Float64Array(BLOCK));
      forEachBlock(spec, rows, count, (block) => {
        const { numTerms, rowOfTerm } = block;
        density.setTerms({ numTerms, rowOfTerm, columns: drawn, conditions: conditionsOf(conditions, block) });
        setFeatures(block);
        density.sample(rng, featureValues, block.numRows, drawn);
        decode(encoded, drawn, block, parameters.length, out);
      });
    },
  };
}

function forEachBlock(
  { parameters }: EstimatorSpec,
  { theta, numRows }: ThetaRows,
  count: number,
  run: (block: Block) => void,
): void {
  const width = parameters.length;
  for (let first = 0; first < count; first += BLOCK) {
    const numTerms = Math.min(BLOCK, count - first);
    const rowsOfBlock = numRows === 1 ? 1 : numTerms;
    const rowOfTerm = Int32Array.from({ length: numTerms }, (_, i) => (numRows === 1 ? 0 : i));
    const thetaOfBlock = numRows === 1 ? theta : theta.subarray(first * width, (first + numTerms) * width);
    const isOff = (term: number): boolean =>
      parameters.some(({ support }, p) => !isOnSupport(support, thetaOfBlock[rowOfTerm[term] * width + p]));
    run({ first, numTerms, numRows: rowsOfBlock, rowOfTerm, theta: thetaOfBlock, isOff });
  }
}

/** Overwrites the block's rows of `out` with x: standardised values on their own scale, codes as categories. */
function decode(
  encoded: readonly EncodedColumn[],
  drawn: readonly Float64Array[],
  { first, numTerms, rowOfTerm, theta, isOff }: Block,
  numParameters: number,
  out: Float64Array,
): void {
  for (let i = 0; i < numTerms; i++) {
    const isOffSupport = isOff(i);
    for (let c = 0; c < encoded.length; c++) {
      const value = decodeValue(encoded[c], drawn[c][i], theta, rowOfTerm[i] * numParameters);
      out[(first + i) * encoded.length + c] = isOffSupport ? Number.NaN : value;
    }
  }
}

function decodeValue(column: EncodedColumn, value: number, theta: Float64Array, rowOffset: number): number {
  switch (column.kind) {
    case "category":
      return column.values[value];
    case "count":
      return value;
    case "continuous": {
      const lower = boundAt(column.lower, theta, rowOffset);
      const upper = boundAt(column.upper, theta, rowOffset);
      return inverseTransform(column, column.mean + column.standardDeviation * value, lower, upper);
    }
  }
}

export { BLOCK as EVALUATOR_BLOCK };
