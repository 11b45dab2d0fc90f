import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { MixtureRow } from "./mixtureRow.ts";

/** A draw on the standardised scale of counts: `countAt` of it is a draw of a count. */
export function sampleMixture(rng: Rng, { weight, center, inverseDeviation }: MixtureRow): number {
  const j = chooseComponent(weight, rng.uniform());
  return center[j] + standardNormal(rng) / inverseDeviation[j];
}

function chooseComponent(weight: Float64Array, uniform: number): number {
  let left = uniform;
  for (let j = 0; j < weight.length - 1; j++) {
    left -= weight[j];
    if (left < 0) return j;
  }
  return weight.length - 1;
}
