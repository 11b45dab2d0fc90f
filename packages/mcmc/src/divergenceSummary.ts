import { quantileOfSorted } from "./diagnostics/quantile.ts";

/** How the places where divergences began differ from the draws in one coordinate. */
export interface CoordinateDivergence {
  readonly coordinate: number;
  /** (median at divergences - median of draws) / standard deviation of draws, by their quartiles; 0 if those are equal. */
  readonly shift: number;
  /**
   * The probability that a divergence began above a draw, ties counted half (area under the ROC curve, Mann & Whitney
   * 1947): ½ = no relation, 0 = all divergences lie below all draws.
   */
  readonly probabilityAbove: number;
  /** Divergences gather on one side: probabilityAbove is far from ½, by its size and by its standard error. */
  readonly isConcentrated: boolean;
}

/** The interquartile range of a normal, in standard deviations. */
const NORMAL_QUARTILE_RANGE = 1.3489795003921634;
/** A "large" effect in the usual words: more than three in four pairs are on the same side. */
const LARGE_EFFECT = 0.25;
/** Standard errors of probabilityAbove from ½ that chance alone reaches once in 30,000 coordinates. */
const SIGNIFICANT = 4;

/**
 * Compares the positions where diverging steps began with all draws, coordinate by coordinate (both on the unconstrained
 * scale), most telling first. The funnel of a hierarchy shows as a log-scale with a low probabilityAbove. Empty without
 * divergences or draws. `positions`: numDraws × dim, row-major.
 */
export function divergenceSummary(
  starts: readonly Float64Array[],
  positions: Float64Array,
  dim: number,
): readonly CoordinateDivergence[] {
  const numDraws = positions.length / dim;
  if (starts.length === 0 || numDraws === 0) return [];
  const summaries = Array.from({ length: dim }, (_, coordinate) => {
    const draws = Float64Array.from({ length: numDraws }, (_, n) => positions[n * dim + coordinate]).sort();
    const divergent = Float64Array.from(starts, (start) => start[coordinate]).sort();
    return compare(coordinate, divergent, draws);
  });
  const strength = ({ probabilityAbove }: CoordinateDivergence) => Math.abs(probabilityAbove - 0.5);
  return summaries.sort((a, b) => strength(b) - strength(a));
}

function compare(coordinate: number, divergent: Float64Array, draws: Float64Array): CoordinateDivergence {
  const range = quantileOfSorted(draws, 0.75) - quantileOfSorted(draws, 0.25);
  const difference = quantileOfSorted(divergent, 0.5) - quantileOfSorted(draws, 0.5);
  const shift = range > 0 ? (difference * NORMAL_QUARTILE_RANGE) / range : 0;
  const probabilityAbove = shareOfPairsAbove(divergent, draws);
  const effect = Math.abs(probabilityAbove - 0.5);
  // Under no relation (Mann & Whitney 1947): variance (m + n + 1) / (12 m n).
  const numPairs = divergent.length * draws.length;
  const standardError = Math.sqrt((divergent.length + draws.length + 1) / (12 * numPairs));
  return {
    coordinate,
    shift,
    probabilityAbove,
    isConcentrated: effect > Math.max(LARGE_EFFECT, SIGNIFICANT * standardError),
  };
}

/** Both sorted; one walk through both. */
function shareOfPairsAbove(high: Float64Array, low: Float64Array): number {
  let numBelow = 0;
  let numUpTo = 0;
  let sum = 0;
  for (const value of high) {
    while (numBelow < low.length && low[numBelow] < value) numBelow++;
    while (numUpTo < low.length && low[numUpTo] <= value) numUpTo++;
    sum += 0.5 * (numBelow + numUpTo);
  }
  return sum / (high.length * low.length);
}
