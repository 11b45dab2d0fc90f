import { type VectorFieldSpec, vectorFieldBlocks } from "@poolish/estimators";
import { decaysOf } from "../training/decaysOf.ts";
import type { WeightDecay } from "../training/optimizer.ts";

/** The matrices of the field's network decay at `rate`; biases, the network of summaries and the baseline do not. */
export function fieldDecays(spec: VectorFieldSpec, rate: number): WeightDecay[] {
  return decaysOf(vectorFieldBlocks(spec), (name) => (name.startsWith("field.") && name.endsWith("eight") ? rate : 0));
}
