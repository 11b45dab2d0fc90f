import { GAUSS_WEIGHTS, NODES, WEIGHTS } from "./gaussKronrod.ts";

/** The logarithm of a function at t; overwrites `scores` with the derivatives of that logarithm by each parameter. */
export type LogIntegrand = (t: number, scores: Float64Array) => number;

/** What has fallen by exp(-60) from its highest point adds nothing. */
const NEGLIGIBLE = 60;
/** Accepted difference between the 7- and the 15-point rule, of the whole; the 15-point rule is then exact to rounding. */
const TOLERANCE = 1e-11;
const MOST_HALVINGS = 40;

/**
 * log ∫ exp(f) over a piece on which f falls (or is level) from `top` in the direction `sign` over `length` (maybe
 * infinite), by adaptive Gauss–Kronrod quadrature. Overwrites `meanScores` with the scores' mean under exp(f): the
 * derivatives of the result when the limits stay.
 */
export function integratePiece(
  integrand: LogIntegrand,
  top: number,
  sign: number,
  length: number,
  meanScores: Float64Array,
): number {
  const scores = new Float64Array(meanScores.length);
  meanScores.fill(0);
  const peak = integrand(top, scores);
  if (!(peak > -Infinity) || length === 0) return Number.isNaN(peak) ? Number.NaN : -Infinity;
  const drop = (s: number): number => peak - integrand(top + sign * s, scores);
  const reach = findReach(drop, length);
  let total = 0;

  const addPanel = (start: number, end: number, halvings: number): void => {
    const half = 0.5 * (end - start);
    const middle = start + half;
    const panelScores = new Float64Array(meanScores.length);
    let kronrod = 0;
    let gauss = 0;
    for (let k = -7; k <= 7; k++) {
      const node = 7 - Math.abs(k);
      const offset = k < 0 ? -NODES[node] : NODES[node];
      const value = Math.exp(integrand(top + sign * (middle + half * offset), scores) - peak);
      kronrod += WEIGHTS[node] * value;
      gauss += GAUSS_WEIGHTS[node] * value;
      if (value === 0) continue;
      for (let p = 0; p < scores.length; p++) panelScores[p] += WEIGHTS[node] * value * scores[p];
    }
    const error = Math.abs(kronrod - gauss) * half;
    if (error > TOLERANCE * Math.max(total, kronrod * half) && halvings < MOST_HALVINGS) {
      addPanel(start, middle, halvings + 1);
      addPanel(middle, end, halvings + 1);
      return;
    }
    total += kronrod * half;
    for (let p = 0; p < scores.length; p++) meanScores[p] += panelScores[p] * half;
  };

  addPanel(0, reach, 0);
  for (let p = 0; p < meanScores.length; p++) meanScores[p] /= total;
  return peak + Math.log(total);
}

/** How far from the top the function matters. */
function findReach(drop: (s: number) => number, length: number): number {
  let reach = Math.min(length, 1);
  while (reach < length && drop(reach) < NEGLIGIBLE && reach < 1e300) reach = Math.min(2 * reach, length);
  while (drop(reach) > 2 * NEGLIGIBLE && drop(reach / 2) >= NEGLIGIBLE) reach /= 2;
  return reach;
}
