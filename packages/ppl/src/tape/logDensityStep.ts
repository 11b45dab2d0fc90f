import type { Family, Strided } from "@poolish/distributions";
import { isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/**
 * Adds Σ_i log p(x_i | parameters_i) to the target, for `count` elements, or Σ_i weights_i log p(x_i | parameters_i).
 * slots[0] and widths[0] are those of x; a slot as long as one element (its width) is shared by all.
 */
export function logDensityStep(
  family: Family,
  count: number,
  slots: readonly Slot[],
  widths: readonly number[],
  layout: Layout,
  { values, adjoints }: TapeBuffers,
  weights?: Float64Array,
): Step {
  const [x, ...parameters] = columnsOf(slots, widths, values);
  if (x === undefined) throw new Error("a log-density step needs a value slot");
  const logTerms = new Float64Array(count);
  const partials = widths.map((width) => new Float64Array(count * width));
  const targets = slots.flatMap((slot, k) => (isConstantSlot(layout, slot) ? [] : [{ slot, partial: partials[k] }]));
  return {
    logTerms,
    forward() {
      family.evaluate(count, x, parameters, logTerms, partials);
      if (weights !== undefined) weigh(logTerms, partials, weights);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += logTerms[i];
      return sum;
    },
    backward() {
      for (let k = 0; k < targets.length; k++) {
        const { slot, partial } = targets[k];
        addInto(adjoints, slot, partial);
      }
    },
  };
}

/** Terms and partials of elements of width 1, each times the weight of its element. */
function weigh(logTerms: Float64Array, partials: readonly Float64Array[], weights: Float64Array): void {
  for (let i = 0; i < weights.length; i++) logTerms[i] *= weights[i];
  for (const partial of partials) for (let i = 0; i < weights.length; i++) partial[i] *= weights[i];
}

/** The same without terms, which is faster where the family knows a way. */
export function summedLogDensityStep(
  family: Family,
  count: number,
  slots: readonly Slot[],
  widths: readonly number[],
  layout: Layout,
  buffers: TapeBuffers,
): Step {
  const { values, adjoints } = buffers;
  const columns = columnsOf(slots, widths, values);
  const isConstant = slots.map((slot) => isConstantSlot(layout, slot));
  const sum = family.bindSum?.({ count, columns, isConstant, adjoints });
  if (sum === undefined) return logDensityStep(family, count, slots, widths, layout, buffers);
  return { forward: sum.value, backward: sum.pullback };
}

function columnsOf(slots: readonly Slot[], widths: readonly number[], values: Float64Array): readonly Strided[] {
  return slots.map(({ offset, size }, k) => {
    const width = widths[k];
    return { values, offset, width, stride: size === width ? 0 : width };
  });
}

/** Adds each partial to the adjoint of its number; those of a shared element add up. */
function addInto(adjoints: Float64Array, { offset, size }: Slot, partial: Float64Array): void {
  if (size === partial.length) {
    for (let i = 0; i < size; i++) adjoints[offset + i] += partial[i];
    return;
  }
  for (let k = 0; k < size; k++) {
    let sum = 0;
    for (let i = k; i < partial.length; i += size) sum += partial[i];
    adjoints[offset + k] += sum;
  }
}
