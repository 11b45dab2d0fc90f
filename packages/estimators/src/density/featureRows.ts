import type { SplitInputs } from "../network/splitInputs.ts";

/** Copies the features (numRows × width, row-major) to the networks' rows, and says how many there are. */
export function writeFeatureRows(
  { rows, size }: SplitInputs,
  features: Float64Array,
  width: number,
  numRows: number,
): void {
  const { values, stride } = rows;
  size.numRows = numRows;
  for (let r = 0; r < numRows; r++) {
    for (let f = 0; f < width; f++) values[r * stride + f] = features[r * width + f];
  }
}

/** ADDS the gradient of the networks' rows to that of the features (numRows × width). */
export function addFeatureGradient({ rowGradient, size }: SplitInputs, width: number, features: Float64Array): void {
  const { values, stride } = rowGradient;
  for (let r = 0; r < size.numRows; r++) {
    for (let f = 0; f < width; f++) features[r * width + f] += values[r * stride + f];
  }
}
