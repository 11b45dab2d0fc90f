import type { BoundSum, GroupedPlaces, Strided } from "./family.ts";
import { type GroupStatistics, groupStatistics } from "./groupStatistics.ts";
import { addScaled, refused } from "./normalSum.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * Σ log Normal(x_i | mean, sd of the group of i) by each group's sufficient statistics: count n, mean m and sum of squared
 * deviations S of its x, since Σ (x − μ)² = S + n (m − μ)². A standard deviation below 1e-154, whose precision overflows,
 * counts as 0.
 */
export function bindNormalGroupedSum(places: GroupedPlaces): BoundSum {
  const statistics = groupStatistics(places);
  return places.parameters[1].stride === 0 ? withSharedSd(places, statistics) : withOwnSds(places, statistics);
}

/** One logarithm and one division for all groups. */
function withSharedSd(
  { x, numGroups, parameters, isConstant, adjoints }: GroupedPlaces,
  each: GroupStatistics,
): BoundSum {
  const [mean, sd] = parameters;
  const { values } = mean;
  const { counts, means } = each;
  const total = x.length;
  const squares = each.squares.reduce((sum, square) => sum + square, 0);
  const pulls = new Float64Array(numGroups);
  let precision = 0;
  let scaled = 0;
  return {
    value() {
      const inverse = 1 / values[sd.offset];
      precision = inverse * inverse;
      scaled = precision * (squares + squaredErrors(mean, means, counts, pulls));
      const value = -0.5 * scaled - total * (Math.log(values[sd.offset]) + HALF_LOG_TWO_PI);
      return Number.isFinite(value) ? value : refused(parameters, numGroups);
    },
    pullback() {
      if (!isConstant[0]) addScaled(adjoints, mean, precision, pulls);
      if (!isConstant[1]) adjoints[sd.offset] += (scaled - total) / values[sd.offset];
    },
  };
}

/** Overwrites pull_g = n_g (m_g - μ_g); returns Σ n_g (m_g - μ_g)². */
function squaredErrors(
  { values, offset, stride }: Strided,
  means: Float64Array,
  counts: Float64Array,
  pulls: Float64Array,
): number {
  const numGroups = pulls.length;
  let sum = 0;
  for (let g = 0, k = offset; g < numGroups; g++, k += stride) {
    const error = means[g] - values[k];
    const pull = counts[g] * error;
    pulls[g] = pull;
    sum += pull * error;
  }
  return sum;
}

function withOwnSds({ numGroups, parameters, isConstant, adjoints }: GroupedPlaces, each: GroupStatistics): BoundSum {
  const [mean, sd] = parameters;
  const { values } = mean;
  const { stride } = mean;
  const { counts, means, squares } = each;
  const meanPulls = new Float64Array(numGroups);
  const sdPulls = new Float64Array(numGroups);
  return {
    value() {
      let value = 0;
      for (let g = 0, k = mean.offset; g < numGroups; g++, k += stride) {
        const inverse = 1 / values[sd.offset + g];
        const error = means[g] - values[k];
        const pull = counts[g] * error * inverse * inverse;
        const scaled = squares[g] * inverse * inverse + pull * error;
        meanPulls[g] = pull;
        sdPulls[g] = (scaled - counts[g]) * inverse;
        value -= 0.5 * scaled + counts[g] * (Math.log(values[sd.offset + g]) + HALF_LOG_TWO_PI);
      }
      return Number.isFinite(value) ? value : refused(parameters, numGroups);
    },
    pullback() {
      if (!isConstant[0]) {
        for (let g = 0, k = mean.offset; g < numGroups; g++, k += stride) adjoints[k] += meanPulls[g];
      }
      if (!isConstant[1]) for (let g = 0; g < numGroups; g++) adjoints[sd.offset + g] += sdPulls[g];
    },
  };
}
