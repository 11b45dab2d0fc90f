import type { Support } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import type { Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** out = the point of `support` that the position block `a` stands for; adds log |Jacobian| to the target. */
export function constrainStep(support: Support, a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  const bijector = bijectorFor(support, out.size);
  const view = (buffer: Float64Array, slot: Slot) => buffer.subarray(slot.offset, slot.offset + slot.size);
  const u = view(values, a);
  const x = view(values, out);
  const uGradient = view(adjoints, a);
  const xGradient = view(adjoints, out);
  return {
    forward: () => bijector.constrain(u, x),
    backward: () => bijector.pullback(u, x, xGradient, uGradient),
  };
}
