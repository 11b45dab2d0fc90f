/** Where the mass of an imported network is summed: panels above the lower bound, each twice as far as the one before. */
export interface MassGrid {
  /** How far above its lower bound the continuous column is followed, in its unit. */
  readonly reach: number;
  /** Panels, of eight points each. */
  readonly numPanels: number;
}

/** Panels at most. */
export const MOST_PANELS = 20;

/** Gauss–Legendre nodes and weights of order 8 on (−1, 1), the positive half (Abramowitz & Stegun 1964, table 25.4). */
const NODES = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
const WEIGHTS = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];

/** Points in (0, 1), the denser the nearer to 0, and weights whose sum is 1: for an interval that begins at a bound. */
export function unitGrid({ numPanels }: MassGrid): {
  readonly points: Float64Array;
  readonly weights: Float64Array;
} {
  const points: number[] = [];
  const weights: number[] = [];
  for (let panel = 0; panel < numPanels; panel++) {
    const lower = panel === 0 ? 0 : 2 ** (panel - numPanels);
    const half = (2 ** (panel + 1 - numPanels) - lower) / 2;
    for (const sign of [-1, 1]) {
      NODES.forEach((node, k) => {
        points.push(lower + half * (1 + sign * node));
        weights.push(half * WEIGHTS[k]);
      });
    }
  }
  return { points: Float64Array.from(points), weights: Float64Array.from(weights) };
}
