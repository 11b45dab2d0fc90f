import { countMiddle } from "../autoregressive/countHead.ts";
import type { ContinuousColumn } from "../columns/continuousColumn.ts";
import { encodingWidth } from "../columns/encodedColumn.ts";
import type { EncodedTerms } from "../density/conditionalDensity.ts";
import type { SplitInputs } from "../network/splitInputs.ts";
import type { ColumnReach, RatioSpec } from "./ratioSpec.ts";

/** What is known of terms beside the networks' inputs. */
export interface RatioTerms {
  /** What a term beyond a column's reach loses, in nats; 0 within. */
  readonly penalty: Float64Array;
  /** For each column and term, −1 below its reach, 1 above, 0 within. */
  readonly sides: readonly Int8Array[];
}

export function createRatioTerms(spec: RatioSpec, maxTerms: number): RatioTerms {
  return { penalty: new Float64Array(maxTerms), sides: spec.columns.map(() => new Int8Array(maxTerms)) };
}

/** Writes terms to the networks' inputs: conditions, then the columns. */
export function setRatioTerms(spec: RatioSpec, terms: EncodedTerms, inputs: SplitInputs, into: RatioTerms): void {
  const { numTerms, rowOfTerm, conditions } = terms;
  const { values, stride } = inputs.terms;
  const width = spec.numConditions;
  inputs.size.numTerms = numTerms;
  for (let i = 0; i < numTerms; i++) inputs.rowOf.values[i] = rowOfTerm[i];
  for (let i = 0; i < numTerms; i++) {
    for (let k = 0; k < width; k++) values[i * stride + k] = conditions[i * width + k];
  }
  into.penalty.fill(0, 0, numTerms);
  let at = width;
  for (let c = 0; c < spec.columns.length; c++) {
    const column = spec.columns[c];
    const y = terms.columns[c];
    if (column.kind === "continuous") writeNumber(column, spec.reaches[c], y, inputs, at, into, c);
    else if (column.kind === "category") writeIndicators(encodingWidth(column), y, inputs, at);
    else for (let i = 0; i < numTerms; i++) values[i * stride + at] = countMiddle(column.scale, y[i]);
    at += encodingWidth(column);
  }
}

/** The first category is where all indicators are 0. */
function writeIndicators(
  width: number,
  codes: Float64Array,
  { terms: { values, stride }, size }: SplitInputs,
  at: number,
): void {
  for (let i = 0; i < size.numTerms; i++) {
    for (let k = 0; k < width; k++) values[i * stride + at + k] = codes[i] === k + 1 ? 1 : 0;
  }
}

/** A number beyond its reach enters as the end of it and loses its distance, on the scale before standardisation. */
function writeNumber(
  { standardDeviation }: ContinuousColumn,
  { lower, upper }: ColumnReach,
  y: Float64Array,
  { terms: { values, stride }, size }: SplitInputs,
  at: number,
  { penalty, sides }: RatioTerms,
  c: number,
): void {
  const side = sides[c];
  for (let i = 0; i < size.numTerms; i++) {
    const reached = Math.min(upper, Math.max(lower, y[i]));
    values[i * stride + at] = reached;
    side[i] = Math.sign(y[i] - reached);
    penalty[i] += standardDeviation * Math.abs(y[i] - reached);
  }
}

/** ADDS the adjoints of continuous columns to `columns`, from those of the log ratios and of the networks' inputs. */
export function addRatioColumnGradients(
  spec: RatioSpec,
  { sides }: RatioTerms,
  { termGradient: { values, stride }, size: { numTerms } }: SplitInputs,
  adjoint: Float64Array,
  columns: readonly Float64Array[],
): void {
  let at = spec.numConditions;
  for (let c = 0; c < spec.columns.length; c++) {
    const column = spec.columns[c];
    if (column.kind === "continuous") {
      for (let i = 0; i < numTerms; i++) {
        const side = sides[c][i];
        columns[c][i] += side === 0 ? values[i * stride + at] : -side * column.standardDeviation * adjoint[i];
      }
    }
    at += encodingWidth(column);
  }
}
