import { isReal, type Support } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import type { Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** out = the point of `support` that the position block `a` stands for; adds log |Jacobian| to the target. */
export function constrainStep(support: Support, a: Slot, out: Slot, buffers: TapeBuffers): Step {
  if (isReal(support)) return identityStep(a, out, buffers);
  const { values, adjoints } = buffers;
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

/** The real line has no Jacobian, and most latent values live there. */
function identityStep(a: Slot, out: Slot, { values, adjoints }: TapeBuffers): Step {
  return {
    forward() {
      copyLoop(values, a, out);
      return 0;
    },
    backward() {
      addLoop(adjoints, out, a);
    },
  };
}

function copyLoop(y: Float64Array, { offset: from, size }: Slot, { offset: to }: Slot): void {
  for (let i = 0; i < size; i++) y[to + i] = y[from + i];
}

function addLoop(dy: Float64Array, { offset: from, size }: Slot, { offset: to }: Slot): void {
  for (let i = 0; i < size; i++) dy[to + i] += dy[from + i];
}
