import type { WeightBlocks } from "../network/weightMemory.ts";
import type { VectorFieldSpec } from "./vectorFieldSpec.ts";

/** y = A·inputs + b + L·z: see `VectorFieldSpec`. Reads the weights where they lie. */
export interface Baseline {
  /** log |det L|, of the weights at the last `refresh`. */
  readonly logDeterminant: number;
  refresh(): void;
  /** Overwrites row i of z with L⁻¹(y − A·inputs − b). Inputs: features of the row, then conditions of the term. */
  whiten(row: BaselineRow, y: Float64Array, z: Float64Array): void;
  /** Overwrites row i of y with A·inputs + b + L·z. */
  colour(row: BaselineRow, z: Float64Array, y: Float64Array): void;
  /** Given the gradient in z: ADDS those in y, features and conditions, where they are given. */
  pullback(
    row: BaselineRow,
    zGradient: Float64Array,
    yGradient: Float64Array | undefined,
    featureGradient: Float64Array | undefined,
  ): void;
}

/** One term: its place in y and z, and where its inputs are. */
export interface BaselineRow {
  term: number;
  row: number;
  features: Float64Array;
  conditions: Float64Array;
}

export function createBaseline(
  { columns, numFeatures, numConditions }: VectorFieldSpec,
  blocks: WeightBlocks,
): Baseline {
  const D = columns.length;
  const slope = blocks.matrix("baseline.slope").weights;
  const intercept = blocks.bias("baseline.intercept").weights.values;
  const factor = blocks.matrix("baseline.factor").weights;
  const location = new Float64Array(D);
  const adjoint = new Float64Array(D);
  const L = (i: number, j: number): number => factor.values[i * factor.stride + j];
  const setLocation = ({ term, row, features, conditions }: BaselineRow): void => {
    for (let d = 0; d < D; d++) location[d] = intercept[d];
    for (let k = 0; k < numFeatures; k++) {
      const value = features[row * numFeatures + k];
      for (let d = 0; d < D; d++) location[d] += value * slope.values[k * slope.stride + d];
    }
    for (let k = 0; k < numConditions; k++) {
      const value = conditions[term * numConditions + k];
      const from = (numFeatures + k) * slope.stride;
      for (let d = 0; d < D; d++) location[d] += value * slope.values[from + d];
    }
  };
  let logDeterminant = 0;
  return {
    get logDeterminant() {
      return logDeterminant;
    },
    refresh() {
      logDeterminant = 0;
      for (let d = 0; d < D; d++) logDeterminant += Math.log(L(d, d));
    },
    whiten(row, y, z) {
      setLocation(row);
      const at = row.term * D;
      for (let i = 0; i < D; i++) {
        let sum = y[at + i] - location[i];
        for (let j = 0; j < i; j++) sum -= L(i, j) * z[at + j];
        z[at + i] = sum / L(i, i);
      }
    },
    colour(row, z, y) {
      setLocation(row);
      const at = row.term * D;
      for (let i = D - 1; i >= 0; i--) {
        let sum = location[i];
        for (let j = 0; j <= i; j++) sum += L(i, j) * z[at + j];
        y[at + i] = sum;
      }
    },
    pullback({ term, row }, zGradient, yGradient, featureGradient) {
      const at = term * D;
      for (let i = D - 1; i >= 0; i--) {
        let sum = zGradient[at + i];
        for (let j = i + 1; j < D; j++) sum -= L(j, i) * adjoint[j];
        adjoint[i] = sum / L(i, i);
        if (yGradient !== undefined) yGradient[at + i] += adjoint[i];
      }
      if (featureGradient === undefined) return;
      for (let k = 0; k < numFeatures; k++) {
        let sum = 0;
        for (let d = 0; d < D; d++) sum += slope.values[k * slope.stride + d] * adjoint[d];
        featureGradient[row * numFeatures + k] -= sum;
      }
    },
  };
}
