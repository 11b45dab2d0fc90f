import { type FlowSpec, flowBlocks } from "@poolish/estimators";
import { decayShare, decaysOf } from "../training/decaysOf.ts";
import type { WeightDecay } from "../training/optimizer.ts";

/** All matrices of the flow's networks decay at `rate`, in proportion with many simulations; linear paths and biases do not. */
export function flowDecays(spec: FlowSpec, rate: number, numTraining: number): WeightDecay[] {
  const share = decayShare(numTraining);
  return decaysOf(flowBlocks(spec), (name) => (/skip|bias$/i.test(name) ? 0 : share * rate));
}
