import { cholesky, solvePositiveDefinite } from "@poolish/math";

/** Least squares of the columns on the inputs, and the covariance that it leaves: see `VectorFieldSpec`. */
export interface FittedBaseline {
  /** inputs × D, row-major. */
  readonly slope: Float64Array;
  readonly intercept: Float64Array;
  /** D × D, lower. */
  readonly factor: Float64Array;
}

/** Relative to the inputs' and the columns' variances: keeps collinear inputs solvable and residuals apart from 0. */
const RIDGE = 1e-6;

/** Rows of `y` (count × D) on rows of `inputs` (count × width). */
export function fitBaseline(y: Float64Array, D: number, inputs: Float64Array, width: number): FittedBaseline {
  const count = y.length / D;
  const inputMean = meanRow(inputs, width, count);
  const yMean = meanRow(y, D, count);
  const gram = products(inputs, inputMean, width, inputs, inputMean, width, count);
  for (let k = 0; k < width; k++) gram[k * width + k] += RIDGE;
  const cross = products(inputs, inputMean, width, y, yMean, D, count);
  const slope = new Float64Array(width * D);
  for (let d = 0; d < D; d++) {
    const moment = Float64Array.from({ length: width }, (_, k) => cross[k * D + d]);
    const solution = solvePositiveDefinite(gram, moment) ?? new Float64Array(width);
    for (let k = 0; k < width; k++) slope[k * D + d] = solution[k];
  }
  const intercept = yMean.map((mean, d) => {
    let sum = mean;
    for (let k = 0; k < width; k++) sum -= slope[k * D + d] * inputMean[k];
    return sum;
  });
  const residuals = new Float64Array(count * D);
  for (let i = 0; i < count; i++) {
    for (let d = 0; d < D; d++) {
      let sum = y[i * D + d] - intercept[d];
      for (let k = 0; k < width; k++) sum -= slope[k * D + d] * inputs[i * width + k];
      residuals[i * D + d] = sum;
    }
  }
  const covariance = products(residuals, new Float64Array(D), D, residuals, new Float64Array(D), D, count);
  for (let d = 0; d < D; d++) covariance[d * D + d] += RIDGE;
  const factor = cholesky(covariance, D);
  if (factor === undefined) throw new Error("the residuals' covariance is not positive definite");
  return { slope, intercept, factor };
}

function meanRow(values: Float64Array, width: number, count: number): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < count; i++) for (let k = 0; k < width; k++) mean[k] += values[i * width + k] / count;
  return mean;
}

/** The mean of the products of centred rows: widthA × widthB. */
function products(
  a: Float64Array,
  meanA: Float64Array,
  widthA: number,
  b: Float64Array,
  meanB: Float64Array,
  widthB: number,
  count: number,
): Float64Array {
  const out = new Float64Array(widthA * widthB);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < widthA; k++) {
      const left = (a[i * widthA + k] - meanA[k]) / count;
      for (let l = 0; l < widthB; l++) out[k * widthB + l] += left * (b[i * widthB + l] - meanB[l]);
    }
  }
  return out;
}
