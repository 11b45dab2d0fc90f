import { isOnSupport, type ParameterSpec } from "@poolish/core";

/** θ rows with those off their support set aside. */
export interface SupportedRows {
  /** numRows × numParameters: θ, or the centre of the training box where θ is off its support. */
  readonly theta: Float64Array;
  readonly isOff: Uint8Array;
}

/**
 * Copies θ to `rows`, marks the rows that are off their support and returns their number. Such a row becomes the centre of
 * the training box: its features, which may be infinite or NaN, would make its zero gradient NaN.
 */
export function copyOnSupport(
  parameters: readonly ParameterSpec[],
  theta: Float64Array,
  { theta: inside, isOff }: SupportedRows,
): number {
  const width = parameters.length;
  let numRowsOff = 0;
  for (let r = 0; r < isOff.length; r++) {
    let isRowOff = false;
    for (let p = 0; p < width; p++) {
      inside[r * width + p] = theta[r * width + p];
      isRowOff ||= !isOnSupport(parameters[p].support, theta[r * width + p]);
    }
    isOff[r] = isRowOff ? 1 : 0;
    if (!isRowOff) continue;
    numRowsOff++;
    for (let p = 0; p < width; p++) {
      const [lower, upper] = parameters[p].box;
      inside[r * width + p] = 0.5 * (lower + upper);
    }
  }
  return numRowsOff;
}
