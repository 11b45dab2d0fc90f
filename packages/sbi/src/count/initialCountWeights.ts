import type { Rng } from "@poolish/core";
import { type CountDensitySpec, numCountWeights } from "@poolish/estimators";
import { solvePositiveDefinite } from "@poolish/math";
import type { SimulatedCounts } from "./simulatedCounts.ts";

/**
 * Weights to start from. Hidden layers are Glorot-uniform (Glorot & Bengio 2010, eq. 16), the last layer is zero, so that
 * the density begins as one fixed mixture around the least-squares line of the standardised counts on the features.
 */
export function initialCountWeights(
  rng: Rng,
  spec: CountDensitySpec,
  counts: Pick<SimulatedCounts, "features" | "standardized">,
  training: Int32Array,
): Float32Array {
  const { widths } = spec.network;
  const weights = new Float32Array(numCountWeights(spec));
  let offset = 0;
  for (let layer = 1; layer < widths.length - 1; layer++) {
    const [inputs, outputs] = [widths[layer - 1], widths[layer]];
    const bound = Math.sqrt(6 / (inputs + outputs));
    for (let i = 0; i < inputs * outputs; i++) weights[offset + i] = bound * (2 * rng.uniform() - 1);
    offset += (inputs + 1) * outputs;
  }
  const bias = offset + widths[widths.length - 2] * widths[widths.length - 1];
  const line = leastSquaresLine(counts, widths[0], training);
  writeMixtureBias(weights, bias, spec.numComponents, line);
  const linear = weights.length - 2 * widths[0];
  for (let f = 0; f < widths[0]; f++) weights[linear + 2 * f] = line.slopes[f];
  return weights;
}

interface Line {
  readonly intercept: number;
  readonly slopes: Float64Array;
  readonly residualDeviation: number;
}

/** Components side by side within one residual standard deviation, each half as wide. */
function writeMixtureBias(weights: Float32Array, bias: number, numComponents: number, line: Line): void {
  for (let j = 0; j < numComponents; j++) {
    const isAlone = numComponents === 1;
    weights[bias + numComponents + j] = isAlone ? 0 : (2 * j) / (numComponents - 1) - 1;
    weights[bias + 2 * numComponents + j] = isAlone ? 0 : Math.log(0.7);
  }
  weights[bias + 3 * numComponents] = line.intercept;
  weights[bias + 3 * numComponents + 1] = Math.log(line.residualDeviation);
}

/** Ridge that keeps nearly collinear features (x, √x, log x) solvable; small beside the sampling error of the slopes. */
const RELATIVE_RIDGE = 1e-6;

/** Least squares of the simulations `rows` on the features (standardised, so that the ridge has one scale) and a constant. */
function leastSquaresLine(
  { features, standardized }: Pick<SimulatedCounts, "features" | "standardized">,
  width: number,
  rows: Int32Array,
): Line {
  const count = rows.length;
  const intercept = rows.reduce((sum, row) => sum + standardized[row], 0) / count;
  const gram = new Float64Array(width * width);
  const moment = new Float64Array(width);
  for (const row of rows) {
    for (let f = 0; f < width; f++) {
      const feature = features[row * width + f];
      moment[f] += feature * (standardized[row] - intercept);
      for (let g = 0; g <= f; g++) gram[f * width + g] += feature * features[row * width + g];
    }
  }
  for (let f = 0; f < width; f++) gram[f * width + f] += RELATIVE_RIDGE * count;
  const slopes = solvePositiveDefinite(gram, moment) ?? new Float64Array(width);
  let squares = 0;
  for (const row of rows) {
    let residual = standardized[row] - intercept;
    for (let f = 0; f < width; f++) residual -= slopes[f] * features[row * width + f];
    squares += residual * residual;
  }
  // A count that hardly varies still has the width of its own interval.
  return { intercept, slopes, residualDeviation: Math.max(Math.sqrt(squares / count), 1e-2) };
}
