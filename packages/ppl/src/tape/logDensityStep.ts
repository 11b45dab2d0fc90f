import type { Family, Strided } from "@poolish/distributions";
import { isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** Adds Σ_i log p(x_i | parameters_i) to the target, for `count` elements; slots of size 1 are repeated. */
export function logDensityStep(
  family: Family,
  count: number,
  slots: readonly Slot[],
  layout: Layout,
  { values, adjoints }: TapeBuffers,
): Step {
  const strided = slots.map(({ offset, size }): Strided => ({ values, offset, stride: size === 1 ? 0 : 1 }));
  const [x, ...parameters] = strided;
  if (x === undefined) throw new Error("a log-density step needs a value slot");
  const logTerms = new Float64Array(count);
  const partials = slots.map(() => new Float64Array(count));
  const targets = slots.flatMap((slot, k) => (isConstantSlot(layout, slot) ? [] : [{ slot, partial: partials[k] }]));
  return {
    forward() {
      family.evaluate(count, x, parameters, logTerms, partials);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += logTerms[i];
      return sum;
    },
    backward() {
      for (let k = 0; k < targets.length; k++) {
        const { slot, partial } = targets[k];
        addInto(adjoints, slot, partial, count);
      }
    },
  };
}

function addInto(adjoints: Float64Array, { offset, size }: Slot, partial: Float64Array, count: number): void {
  if (size > 1) {
    for (let i = 0; i < count; i++) adjoints[offset + i] += partial[i];
    return;
  }
  let sum = 0;
  for (let i = 0; i < count; i++) sum += partial[i];
  adjoints[offset] += sum;
}
