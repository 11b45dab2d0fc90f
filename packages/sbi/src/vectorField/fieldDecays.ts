import { type VectorFieldSpec, vectorFieldBlocks } from "@poolish/estimators";
import type { WeightDecay } from "../training/optimizer.ts";

/** The matrices of the field's network decay at `rate`; biases, the network of summaries and the baseline do not. */
export function fieldDecays(spec: VectorFieldSpec, rate: number): WeightDecay[] {
  let at = 0;
  return vectorFieldBlocks(spec).flatMap(({ name, shape }) => {
    const from = at;
    at += shape.reduce((product, length) => product * length, 1);
    return rate > 0 && name.startsWith("field.") && name.endsWith("eight") ? [{ from, end: at, rate }] : [];
  });
}
