import { type AutoregressiveSpec, autoregressiveBlocks } from "@poolish/estimators";
import type { WeightDecay } from "../training/optimizer.ts";

/** Decay of the matrices of the trunk and of the branches; biases and the linear paths beside the trunk do not decay. */
export interface DecayRates {
  readonly trunk: number;
  readonly branch: number;
}

export function weightDecays(spec: AutoregressiveSpec, rates: DecayRates): WeightDecay[] {
  let at = 0;
  return autoregressiveBlocks(spec).flatMap(({ name, shape }) => {
    const from = at;
    at += shape.reduce((product, length) => product * length, 1);
    const isMatrix = name.toLowerCase().endsWith("weight") && !name.includes(".skip.");
    const rate = name.startsWith("branch") ? rates.branch : rates.trunk;
    return isMatrix && rate > 0 ? [{ from, end: at, rate }] : [];
  });
}
