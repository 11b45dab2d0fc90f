import { familyFrom, type Strided } from "@poolish/distributions";
import { isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import { logDensityStep } from "./logDensityStep.ts";
import type { GroupedInstruction, WeightedInstruction } from "./mergeRows.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** The step of a `GroupedInstruction`. */
export function groupedStep(instruction: GroupedInstruction, layout: Layout, { values, adjoints }: TapeBuffers): Step {
  const { family, x, groupOf, numGroups, parameters } = instruction;
  const sum = familyFrom(family).bindGroupedSum?.({
    x,
    groupOf,
    numGroups,
    parameters: parameters.map((slot): Strided => ({ values, offset: slot.offset, stride: strideOf(slot), width: 1 })),
    isConstant: parameters.map((slot) => isConstantSlot(layout, slot)),
    adjoints,
  });
  if (sum === undefined) throw new Error("a grouped step needs a family with sufficient statistics");
  return { forward: sum.value, backward: sum.pullback };
}

function strideOf({ size }: Slot): 0 | 1 {
  return size === 1 ? 0 : 1;
}

/** The step of a `WeightedInstruction`. */
export function weightedStep(instruction: WeightedInstruction, layout: Layout, buffers: TapeBuffers): Step {
  const { family, weights, x, parameters } = instruction;
  const slots = [x, ...parameters];
  const widths = slots.map(() => 1);
  return logDensityStep(familyFrom(family), weights.length, slots, widths, layout, buffers, weights);
}
