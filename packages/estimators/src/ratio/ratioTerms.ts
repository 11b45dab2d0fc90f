import { numericColumns } from "../autoregressive/autoregressiveSpec.ts";
import { countMiddle } from "../autoregressive/countHead.ts";
import { encodingWidth } from "../columns/encodedColumn.ts";
import type { EncodedTerms } from "../density/conditionalDensity.ts";
import type { SplitInputs } from "../network/splitInputs.ts";
import { type RatioSpec, ratioInputs } from "./ratioSpec.ts";

/** What is known of terms beside the networks' inputs. */
export interface RatioTerms {
  /** Numeric columns, standardised and within reach: continuous ones, and counts by their middles. */
  readonly numbers: readonly Float64Array[];
  /** What a term beyond a column's reach loses, in nats; 0 within. */
  readonly penalty: Float64Array;
  /** For each numeric column and term, −1 below its reach, 1 above, 0 within. */
  readonly sides: readonly Int8Array[];
}

export function createRatioTerms(spec: RatioSpec, maxTerms: number): RatioTerms {
  const numeric = numericColumns(spec.columns);
  return {
    numbers: numeric.map(() => new Float64Array(maxTerms)),
    penalty: new Float64Array(maxTerms),
    sides: numeric.map(() => new Int8Array(maxTerms)),
  };
}

/** Copies terms, and writes to the networks' inputs what does not depend on weights: conditions, categories, numbers. */
export function setRatioTerms(spec: RatioSpec, terms: EncodedTerms, inputs: SplitInputs, into: RatioTerms): void {
  const { numTerms, rowOfTerm, conditions, columns } = terms;
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
    if (column.kind !== "category") continue;
    writeIndicators(encodingWidth(column), columns[c], inputs, at);
    at += encodingWidth(column);
  }
  for (const [n, c] of numericColumns(spec.columns).entries()) writeNumber(spec, n, c, columns[c], inputs, into);
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
  spec: RatioSpec,
  n: number,
  c: number,
  y: Float64Array,
  { terms: { values, stride }, size: { numTerms } }: SplitInputs,
  { numbers, penalty, sides }: RatioTerms,
): void {
  const column = spec.columns[c];
  const { lower, upper } = spec.reaches[c];
  const own = numbers[n];
  const side = sides[n];
  if (column.kind === "count") for (let i = 0; i < numTerms; i++) own[i] = countMiddle(column.scale, y[i]);
  else if (column.kind === "continuous") {
    for (let i = 0; i < numTerms; i++) {
      own[i] = Math.min(upper, Math.max(lower, y[i]));
      side[i] = Math.sign(y[i] - own[i]);
      penalty[i] += column.standardDeviation * Math.abs(y[i] - own[i]);
    }
  }
  const at = ratioInputs(spec).numKnown + n;
  for (let i = 0; i < numTerms; i++) values[i * stride + at] = own[i];
}

/**
 * ADDS the adjoints of continuous columns to `columns`: those of their standardised numbers within reach, else the
 * penalty's.
 */
export function addRatioColumnGradients(
  spec: RatioSpec,
  { sides }: RatioTerms,
  numTerms: number,
  numberGradients: readonly Float64Array[],
  adjoint: Float64Array,
  columns: readonly Float64Array[],
): void {
  for (const [n, c] of numericColumns(spec.columns).entries()) {
    const column = spec.columns[c];
    if (column.kind !== "continuous") continue;
    for (let i = 0; i < numTerms; i++) {
      const side = sides[n][i];
      columns[c][i] += side === 0 ? numberGradients[n][i] : -side * column.standardDeviation * adjoint[i];
    }
  }
}
