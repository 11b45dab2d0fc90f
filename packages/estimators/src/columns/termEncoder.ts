import {
  type BoundDerivatives,
  boundAt,
  boundDerivatives,
  type ContinuousColumn,
  dependsOnTheta,
  logTransformSlope,
  transformValue,
} from "./continuousColumn.ts";
import type { EncodedColumn } from "./encodedColumn.ts";

/** Encoded columns of fixed terms, and what encoding does to the density. */
export interface TermEncoder {
  /** One array of numTerms for each column: a continuous column standardised, the others as they are given. */
  readonly columns: readonly Float64Array[];
  /** Σ over continuous columns of log |dy/dx|, one for each term: adds to the log-density of y. */
  readonly logJacobian: Float64Array;
  /** Whether anything depends on θ, because a parameter sets a bound. */
  readonly movesWithTheta: boolean;
  /** Encodes again what depends on θ (numRows × numParameters). */
  update(theta: Float64Array): void;
  /**
   * ADDS to `thetaGradient` what moving the bounds does: `columnGradients` are the adjoints of `columns`, `adjoint` those
   * of the terms' log-densities. Nothing to do where no bound is a parameter.
   */
  pullback(
    theta: Float64Array,
    columnGradients: readonly Float64Array[],
    adjoint: Float64Array,
    thetaGradient: Float64Array,
  ): void;
}

/** `raw[c][i]` is column c of term i: x itself, a count, or a category's code. */
export function createTermEncoder(
  specs: readonly EncodedColumn[],
  raw: readonly Float64Array[],
  rowOfTerm: Int32Array,
  numParameters: number,
): TermEncoder {
  const numTerms = rowOfTerm.length;
  const columns = raw.map((values) => Float64Array.from(values));
  const fixedJacobian = new Float64Array(numTerms);
  const logJacobian = new Float64Array(numTerms);
  const moving: { readonly spec: ContinuousColumn; readonly c: number }[] = [];
  const noTheta = new Float64Array(0);
  specs.forEach((spec, c) => {
    if (spec.kind !== "continuous") return;
    if (dependsOnTheta(spec)) moving.push({ spec, c });
    else encodeColumn(spec, raw[c], rowOfTerm, noTheta, 0, columns[c], fixedJacobian);
  });
  logJacobian.set(fixedJacobian);
  return {
    columns,
    logJacobian,
    movesWithTheta: moving.length > 0,
    update(theta) {
      logJacobian.set(fixedJacobian);
      for (const { spec, c } of moving) {
        encodeColumn(spec, raw[c], rowOfTerm, theta, numParameters, columns[c], logJacobian);
      }
    },
    pullback(theta, columnGradients, adjoint, thetaGradient) {
      for (const { spec, c } of moving) {
        pullbackBounds(spec, raw[c], rowOfTerm, theta, numParameters, columnGradients[c], adjoint, thetaGradient);
      }
    },
  };
}

/** Overwrites `y` with the standardised column and ADDS log |dy/dx| to `logJacobian`. */
export function encodeColumn(
  spec: ContinuousColumn,
  x: Float64Array,
  rowOfTerm: Int32Array,
  theta: Float64Array,
  numParameters: number,
  y: Float64Array,
  logJacobian: Float64Array,
): void {
  const { mean, standardDeviation } = spec;
  const logDeviation = Math.log(standardDeviation);
  for (let i = 0; i < rowOfTerm.length; i++) {
    const offset = rowOfTerm[i] * numParameters;
    const lower = boundAt(spec.lower, theta, offset);
    const upper = boundAt(spec.upper, theta, offset);
    y[i] = (transformValue(spec, x[i], lower, upper) - mean) / standardDeviation;
    logJacobian[i] += logTransformSlope(spec, x[i], lower, upper) - logDeviation;
  }
}

function pullbackBounds(
  spec: ContinuousColumn,
  x: Float64Array,
  rowOfTerm: Int32Array,
  theta: Float64Array,
  numParameters: number,
  yGradient: Float64Array,
  adjoint: Float64Array,
  thetaGradient: Float64Array,
): void {
  const { lower, upper, standardDeviation } = spec;
  const by: BoundDerivatives = { valueByLower: 0, valueByUpper: 0, logSlopeByLower: 0, logSlopeByUpper: 0 };
  for (let i = 0; i < rowOfTerm.length; i++) {
    const offset = rowOfTerm[i] * numParameters;
    boundDerivatives(spec, x[i], boundAt(lower, theta, offset), boundAt(upper, theta, offset), by);
    const g = yGradient[i] / standardDeviation;
    if (typeof lower !== "number") {
      thetaGradient[offset + lower.parameter] += g * by.valueByLower + adjoint[i] * by.logSlopeByLower;
    }
    if (typeof upper !== "number") {
      thetaGradient[offset + upper.parameter] += g * by.valueByUpper + adjoint[i] * by.logSlopeByUpper;
    }
  }
}
