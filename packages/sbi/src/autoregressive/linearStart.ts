import { type AutoregressiveSpec, countMiddle, encodingWidth, numericColumns } from "@poolish/estimators";
import { cholesky, solvePositiveDefinite } from "@poolish/math";
import type { EncodedSimulations } from "../encodedSimulations.ts";

/** Least squares of the numeric columns on the trunk's inputs, and the covariance that they leave. */
export interface LinearStart {
  /** inputs × numeric columns, row-major: features of θ, conditions, indicators of categories. */
  readonly slopes: Float64Array;
  readonly locations: Float64Array;
  /** Log scales, then couplings: the spreads of `GaussianLayer`. */
  readonly spreads: Float64Array;
}

/** What it needs to know of a density. */
export type LinearSpec = Pick<AutoregressiveSpec, "columns" | "numFeatures" | "numConditions" | "isCoupled">;

/** Ridge that keeps collinear inputs solvable; small beside the sampling error of the slopes. */
const RELATIVE_RIDGE = 1e-6;

/**
 * Where the Gaussian layer may start: at the least-squares plane of the simulations `rows`, with the residuals' covariance.
 * A simulator that is nearly linear is then learned before the first step, and what the networks add is kept only if it
 * helps on held-out simulations.
 */
export function linearStart(spec: LinearSpec, simulations: EncodedSimulations, rows: Int32Array): LinearStart {
  const numeric = numericColumns(spec.columns);
  const inputs = trunkInputs(spec, simulations, rows);
  const width = inputs.length / rows.length;
  const ys = numeric.map((c) => standardized(spec, simulations, c, rows));
  const locations = Float64Array.from(ys, mean);
  const gram = gramMatrix(inputs, width);
  const slopes = new Float64Array(width * ys.length);
  const residuals = ys.map((y, n) => {
    const moment = new Float64Array(width);
    y.forEach((value, i) => {
      for (let k = 0; k < width; k++) moment[k] += inputs[i * width + k] * (value - locations[n]);
    });
    const solution = solvePositiveDefinite(gram, moment) ?? new Float64Array(width);
    for (let k = 0; k < width; k++) slopes[k * ys.length + n] = solution[k];
    return y.map((value, i) => {
      let residual = value - locations[n];
      for (let k = 0; k < width; k++) residual -= solution[k] * inputs[i * width + k];
      return residual;
    });
  });
  return { slopes, locations, spreads: spreadsOf(residuals, spec.isCoupled) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

/** Features of θ, conditions and indicators of the simulations `rows`, row-major; nearly centred. */
function trunkInputs(spec: LinearSpec, simulations: EncodedSimulations, rows: Int32Array): Float64Array {
  const { numFeatures, numConditions, columns } = spec;
  const categories = columns.flatMap((column, c) => (column.kind === "category" ? [c] : []));
  const width = numFeatures + numConditions + categories.reduce((sum, c) => sum + encodingWidth(columns[c]), 0);
  const inputs = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    let at = i * width;
    for (let f = 0; f < numFeatures; f++) inputs[at++] = simulations.features[row * numFeatures + f];
    for (let k = 0; k < numConditions; k++) inputs[at++] = simulations.conditions[row * numConditions + k];
    for (const c of categories) {
      for (let k = 1; k <= encodingWidth(columns[c]); k++) inputs[at++] = simulations.columns[c][row] === k ? 1 : 0;
    }
  });
  return inputs;
}

function standardized(spec: LinearSpec, simulations: EncodedSimulations, c: number, rows: Int32Array): Float64Array {
  const column = spec.columns[c];
  const values = simulations.columns[c];
  return Float64Array.from(rows, (row) =>
    column.kind === "count" ? countMiddle(column.scale, values[row]) : values[row],
  );
}

function gramMatrix(inputs: Float64Array, width: number): Float64Array {
  const count = inputs.length / width;
  const gram = new Float64Array(width * width);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < width; k++) {
      for (let l = 0; l <= k; l++) gram[k * width + l] += inputs[i * width + k] * inputs[i * width + l];
    }
  }
  for (let k = 0; k < width; k++) gram[k * width + k] += RELATIVE_RIDGE * count;
  return gram;
}

/** Log scales and couplings under which e = (I + L) z has the identity for its covariance: C⁻¹ of the Cholesky factor C. */
function spreadsOf(residuals: readonly Float64Array[], isCoupled: boolean): Float64Array {
  const D = residuals.length;
  const covariance = new Float64Array(D * D);
  for (let i = 0; i < D; i++) {
    for (let j = 0; j <= i; j++) {
      const count = residuals[i].length;
      for (let r = 0; r < count; r++) covariance[i * D + j] += (residuals[i][r] * residuals[j][r]) / count;
    }
    covariance[i * D + i] += RELATIVE_RIDGE;
  }
  const logScales = Array.from({ length: D }, (_, i) => 0.5 * Math.log(covariance[i * D + i]));
  const factor = isCoupled ? cholesky(covariance, D) : undefined;
  if (factor === undefined) return Float64Array.from(isCoupled ? [...logScales, ...noCouplings(D)] : logScales);
  const inverse = invertLower(factor, D);
  const scales = Array.from({ length: D }, (_, i) => 1 / inverse[i * D + i]);
  const couplings = scales.flatMap((_, i) => Array.from({ length: i }, (_j, j) => inverse[i * D + j] * scales[j]));
  return Float64Array.from([...scales.map(Math.log), ...couplings]);
}

function noCouplings(D: number): number[] {
  return new Array<number>((D * (D - 1)) / 2).fill(0);
}

function invertLower(factor: Float64Array, dim: number): Float64Array {
  const inverse = new Float64Array(dim * dim);
  for (let j = 0; j < dim; j++) {
    inverse[j * dim + j] = 1 / factor[j * dim + j];
    for (let i = j + 1; i < dim; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= factor[i * dim + k] * inverse[k * dim + j];
      inverse[i * dim + j] = sum / factor[i * dim + i];
    }
  }
  return inverse;
}
