import { type FlowSpec, flowBlocks } from "@poolish/estimators";
import { decayShare, decaysOf } from "../training/decaysOf.ts";
import type { WeightDecay } from "../training/optimizer.ts";

/**
 * Decay of the matrices of affine flows. With 10,000 simulations and three seeds it brings .09, .09 and .13 nats on SLCP, .009,
 * .006 and .005 on two moons (fresh pairs); 0.1 is no better than none there, 0.3 worse. Splines gain .003 and .005 (one seed); 0.3 and 2 do
 * them harm on SLCP.
 */
const AFFINE = 0.03;

/** How flows are trained, and trained on, unless there is a reason for more: see `flowReplacement`. */
export function usualFlowDecays(spec: FlowSpec, numTraining: number): WeightDecay[] {
  return spec.transform.kind === "affine" ? flowDecays(spec, AFFINE, numTraining) : [];
}

/** All matrices of the flow's networks decay at `rate`, in proportion with many simulations; linear paths and biases do not. */
export function flowDecays(spec: FlowSpec, rate: number, numTraining: number): WeightDecay[] {
  const share = decayShare(numTraining);
  return decaysOf(flowBlocks(spec), (name) => (/skip|bias$/i.test(name) ? 0 : share * rate));
}
