import type { Matrix } from "@poolish/kernels";
import { NUM_ANGLE_FEATURES, writeAngleFeatures } from "./angleFeatures.ts";

/** Overwrites u (numTerms × D) and the features of the angle, one for all terms or one for each, in the rows of `terms`. */
export function writePoints(
  { values, stride }: Matrix,
  D: number,
  u: Float64Array,
  angle: number | Float64Array,
  numTerms: number,
): void {
  for (let i = 0; i < numTerms; i++) {
    const at = i * stride;
    for (let d = 0; d < D; d++) values[at + d] = u[i * D + d];
    if (typeof angle !== "number") writeAngleFeatures(angle[i], values, at + D);
    else if (i === 0) writeAngleFeatures(angle, values, D);
    else values.copyWithin(at + D, D, D + NUM_ANGLE_FEATURES);
  }
}

/** Overwrites the conditions (numTerms × width), which stand behind the features of the angle. */
export function writeConditions(
  { values, stride }: Matrix,
  D: number,
  conditions: Float64Array,
  width: number,
  numTerms: number,
): void {
  for (let i = 0; i < numTerms; i++) {
    const at = i * stride + D + NUM_ANGLE_FEATURES;
    for (let k = 0; k < width; k++) values[at + k] = conditions[i * width + k];
  }
}
