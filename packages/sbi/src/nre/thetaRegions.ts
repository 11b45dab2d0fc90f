import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";

/** Simulations whose θ are near each other, on every scale. */
export interface ThetaRegions {
  /** How often the simulations can be halved with `size` left. */
  readonly depth: (size: number) => number;
  /**
   * `size` simulations of the region that holds `simulation` when all have been halved `depth` times by θ; the first is
   * `simulation` itself. Overwrites `out`.
   */
  members(simulation: number, depth: number, size: number, out: Int32Array): void;
}

/**
 * Halves the simulations `rows` again and again, at the median of θ's features along a random direction. Regions are made
 * of θ alone: given θ, what belongs to a region says nothing of x.
 */
export function createThetaRegions(rng: Rng, features: Float64Array, width: number, rows: Int32Array): ThetaRegions {
  const order = rows.slice();
  const count = features.length / width;
  halve(rng, order, features, width, new Float64Array(count));
  const placeOf = new Int32Array(count).fill(-1);
  order.forEach((simulation, place) => {
    placeOf[simulation] = place;
  });
  return {
    depth: (size) => Math.max(0, Math.floor(Math.log2(order.length / size))),
    members(simulation, depth, size, out) {
      const place = placeOf[simulation];
      if (place < 0) throw new Error(`simulation ${simulation} is in no region`);
      let [first, end] = [0, order.length];
      for (let d = 0; d < depth; d++) {
        const middle = (first + end) >> 1;
        if (place < middle) end = middle;
        else first = middle;
      }
      const stride = Math.floor((end - first) / size);
      for (let t = 0; t < size; t++) out[t] = order[first + ((place - first + t * stride) % (end - first))];
    },
  };
}

/** Below this length a region is not halved further. */
const SMALLEST = 8;

function halve(rng: Rng, order: Int32Array, features: Float64Array, width: number, score: Float64Array): void {
  if (order.length < 2 * SMALLEST) return;
  const direction = Float64Array.from({ length: width }, () => standardNormal(rng));
  for (const row of order) {
    let sum = 0;
    for (let f = 0; f < width; f++) sum += direction[f] * features[row * width + f];
    score[row] = sum;
  }
  order.sort((a, b) => score[a] - score[b] || a - b);
  const middle = order.length >> 1;
  halve(rng, order.subarray(0, middle), features, width, score);
  halve(rng, order.subarray(middle), features, width, score);
}
