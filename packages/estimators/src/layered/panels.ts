/** Panels at most: 2^20 times the first panel's width. */
const MOST_PANELS = 20;
/** Equal steps in each panel; even, as Simpson's rule needs. */
const STEPS = 16;

/** Points of a grid over a half line or an interval, with the weights of Simpson's rule. */
export interface Grid {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/**
 * A grid from `lower` on that is the finer the nearer to it: panels of doubling width, the first `first` wide, of 16 equal
 * steps each, up to `upper` or 2^20 times the first width.
 */
export function gridFrom(lower: number, upper: number, first: number): Grid {
  const edges = [lower];
  for (let k = 0; k < MOST_PANELS && edges[edges.length - 1] < upper; k++) {
    edges.push(Math.min(upper, lower + first * (2 ** (k + 1) - 1)));
  }
  const numPanels = edges.length - 1;
  const points = new Float64Array(numPanels * STEPS + 1);
  const weights = new Float64Array(points.length);
  for (let k = 0; k < numPanels; k++) {
    const step = (edges[k + 1] - edges[k]) / STEPS;
    for (let s = 0; s <= STEPS; s++) {
      points[k * STEPS + s] = edges[k] + s * step;
      weights[k * STEPS + s] += ((s === 0 || s === STEPS ? 1 : s % 2 === 1 ? 4 : 2) * step) / 3;
    }
  }
  return { points, weights };
}
