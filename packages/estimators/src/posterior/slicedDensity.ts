import type { ConditionalDensity } from "../density/conditionalDensity.ts";

/**
 * A frozen density that reads its own `width` of the features of each row, from `first` on: members of an ensemble whose
 * embeddings differ share rows of all members' summaries.
 */
export function sliceFeatures(
  density: ConditionalDensity,
  first: number,
  width: number,
  total: number,
  maxRows: number,
): ConditionalDensity {
  const own = new Float64Array(maxRows * width);
  const read = (features: Float64Array, numRows: number): Float64Array => {
    for (let r = 0; r < numRows; r++) {
      for (let f = 0; f < width; f++) own[r * width + f] = features[r * total + first + f];
    }
    return own;
  };
  return {
    ...density,
    evaluate: (features, numRows, logTerms) => density.evaluate(read(features, numRows), numRows, logTerms),
    sample: (rng, features, numRows, columns) => density.sample(rng, read(features, numRows), numRows, columns),
  };
}
