import type { PureInstruction, Slot } from "../tape/instruction.ts";
import { pureStep } from "../tape/pureStep.ts";

type Emit = (slotOf: (id: number) => Slot, output: Slot) => PureInstruction;

/** Runs one operation on numbers that are known while the model is traced; fresh array of `size` results. */
export function evaluateKnown(inputs: ReadonlyMap<number, Float64Array>, size: number, emit: Emit): Float64Array {
  const slots = new Map<number, Slot>();
  let end = 0;
  for (const [id, { length }] of inputs) {
    slots.set(id, { offset: end, size: length });
    end += length;
  }
  const values = new Float64Array(end + size);
  for (const [id, numbers] of inputs) values.set(numbers, slots.get(id)?.offset);
  const slotOf = (id: number): Slot => slots.get(id) ?? missing(id);
  const layout = { dim: 0, firstComputed: end, size: values.length };
  pureStep(emit(slotOf, { offset: end, size }), layout, { values, adjoints: values }).forward();
  return values.slice(end);
}

function missing(id: number): never {
  throw new Error(`node ${id} is no input of this operation`);
}
