import { encodingWidth, numericColumns, numRatioTermInputs, type RatioSpec } from "@poolish/estimators";
import { type LinearStart, linearStart } from "../autoregressive/linearStart.ts";
import type { EncodedSimulations } from "../encodedSimulations.ts";

/** z · (Q z + b) + c. */
export interface QuadraticForm {
  /** Inputs × inputs, row-major; symmetric. */
  readonly matrix: Float64Array;
  readonly slopes: Float64Array;
  readonly constant: number;
}

/** Above this many numeric columns their residuals are taken for independent. */
const MOST_COUPLED = 100;

/**
 * Where a ratio may start: log N(x | least-squares plane in θ, residuals' covariance) less the same without θ, as a
 * quadratic form of the ratio's inputs. Exact, but for the sampling error, where the simulator is linear and Gaussian.
 */
export function gaussianStart(spec: RatioSpec, simulations: EncodedSimulations, rows: Int32Array): QuadraticForm {
  const { columns, numFeatures, numConditions } = spec;
  const isCoupled = numericColumns(columns).length <= MOST_COUPLED;
  const known = { columns, numConditions, isCoupled };
  const withTheta = linearStart({ ...known, numFeatures }, simulations, rows);
  const without = linearStart({ ...known, numFeatures: 0 }, simulations, rows);
  const form = emptyForm(numFeatures + numRatioTermInputs(spec));
  const [joint, marginal] = [
    addLogNormal(form, spec, withTheta, isCoupled, numFeatures, 1),
    addLogNormal(form, spec, without, isCoupled, 0, -1),
  ];
  return { ...form, constant: joint + marginal };
}

function emptyForm(size: number): Pick<QuadraticForm, "matrix" | "slopes"> {
  return { matrix: new Float64Array(size * size), slopes: new Float64Array(size) };
}

/**
 * ADDS sign · log N of the start to the form, but for its constant, which it returns. Each whitened residual
 * e_n = Σ_m A[n][m] (y_m − location_m − slopes_m · inputs), A = (I + L) / scales, is linear in z.
 */
function addLogNormal(
  { matrix, slopes: linear }: Pick<QuadraticForm, "matrix" | "slopes">,
  spec: RatioSpec,
  start: LinearStart,
  isCoupled: boolean,
  numFeatures: number,
  sign: 1 | -1,
): number {
  const size = linear.length;
  const places = placesOf(spec, numFeatures);
  const D = places.numeric.length;
  const row = new Float64Array(size);
  let constant = 0;
  for (let n = 0; n < D; n++) {
    row.fill(0);
    let offset = 0;
    for (let m = 0; m <= n; m++) {
      const weight = whitening(start, D, n, m, isCoupled);
      row[places.numeric[m]] += weight;
      offset -= weight * start.locations[m];
      for (let k = 0; k < places.inputs.length; k++) row[places.inputs[k]] -= weight * start.slopes[k * D + m];
    }
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) matrix[i * size + j] -= sign * 0.5 * row[i] * row[j];
      linear[i] -= sign * offset * row[i];
    }
    constant -= sign * (0.5 * offset * offset + start.spreads[n]);
  }
  return constant;
}

/** A[n][m] of the whitening matrix, m ≤ n. */
function whitening({ spreads }: LinearStart, D: number, n: number, m: number, isCoupled: boolean): number {
  const perScale = Math.exp(-spreads[m]);
  if (m === n) return perScale;
  return isCoupled ? spreads[D + (n * (n - 1)) / 2 + m] * perScale : 0;
}

/** Where z has the numeric columns, and the inputs of the least squares: features (if any), conditions, indicators. */
function placesOf({ columns, numFeatures: allFeatures, numConditions }: RatioSpec, numFeatures: number) {
  const inputs = Array.from({ length: numFeatures }, (_, f) => f);
  for (let k = 0; k < numConditions; k++) inputs.push(allFeatures + k);
  const numeric: number[] = [];
  let at = allFeatures + numConditions;
  for (const column of columns) {
    const width = encodingWidth(column);
    if (column.kind === "category") for (let k = 0; k < width; k++) inputs.push(at + k);
    else numeric.push(at);
    at += width;
  }
  return { inputs, numeric };
}
