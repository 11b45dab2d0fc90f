import type { Samples } from "@poolish/checks";
import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";

/** `numRows` draws of a standard Gaussian, moved by `distance` along the diagonal. */
export function gaussian(rng: Rng, numRows: number, numColumns: number, distance = 0): Samples {
  const shift = distance / Math.sqrt(numColumns);
  return { values: Float64Array.from({ length: numRows * numColumns }, () => standardNormal(rng) + shift), numColumns };
}

/** Two sets `distance` apart, from one seed. */
export function gaussianPair(
  seed: number,
  numRows: number,
  numColumns: number,
  distance: number,
): readonly [x: Samples, y: Samples] {
  const [first, second] = rngFromSeed(seed).split(2);
  return [gaussian(first, numRows, numColumns), gaussian(second, numRows, numColumns, distance)];
}
