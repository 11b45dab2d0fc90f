import { tabulatedScaledErfc } from "@poolish/math";
import type { MixtureRow } from "./mixtureRow.ts";

/** The edge between two counts as each component of a mixture sees it: z = (edge - center_j) / sd_j. */
export interface MixtureEdge {
  /** The edge on the standardised scale; NaN while there is none. */
  at: number;
  readonly z: Float64Array;
  /** exp(-z²/2). */
  readonly density: Float64Array;
  /** Φ(-|z|). */
  readonly tail: Float64Array;
}

export function createMixtureEdge(numComponents: number): MixtureEdge {
  return {
    at: Number.NaN,
    z: new Float64Array(numComponents),
    density: new Float64Array(numComponents),
    tail: new Float64Array(numComponents),
  };
}

/** Overwrites `edge` with the one at `at`, which may be -Infinity. */
export function moveMixtureEdge(edge: MixtureEdge, { center, inverseDeviation }: MixtureRow, at: number): void {
  edge.at = at;
  for (let j = 0; j < center.length; j++) {
    const z = at === -Infinity ? -Infinity : (at - center[j]) * inverseDeviation[j];
    const density = Math.exp(-0.5 * z * z);
    edge.z[j] = z;
    edge.density[j] = density;
    edge.tail[j] = density === 0 ? 0 : 0.5 * density * tabulatedScaledErfc(Math.abs(z) * Math.SQRT1_2);
  }
}

/** Component j's mass between two edges, Φ(z above) - Φ(z below), from the tails on the side where both are small. */
export function massBetween(below: MixtureEdge, above: MixtureEdge, j: number): number {
  if (below.z[j] > 0) return below.tail[j] - above.tail[j];
  return above.z[j] <= 0 ? above.tail[j] - below.tail[j] : 1 - above.tail[j] - below.tail[j];
}
