import { type RatioSpec, ratioBlocks } from "@poolish/estimators";
import type { WeightDecay } from "../training/optimizer.ts";

/** Decay of the network's matrices; biases and the quadratic form do not decay. */
export function ratioDecays(spec: RatioSpec, rate: number): WeightDecay[] {
  let at = 0;
  return ratioBlocks(spec).flatMap(({ name, shape }) => {
    const from = at;
    at += shape.reduce((product, length) => product * length, 1);
    return rate > 0 && name.startsWith("network") && shape.length > 1 ? [{ from, end: at, rate }] : [];
  });
}
