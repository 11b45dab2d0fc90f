import { inputSlots } from "./inputSlots.ts";
import type { Slot } from "./instruction.ts";

/** How often each slot is read, by its offset; `kept` slots, which are recorded with each draw, are read once more. */
export function countReaders(instructions: readonly object[], kept: readonly Slot[]): ReadonlyMap<number, number> {
  const numReaders = new Map<number, number>();
  for (const { offset } of [...instructions.flatMap(inputSlots), ...kept]) {
    numReaders.set(offset, (numReaders.get(offset) ?? 0) + 1);
  }
  return numReaders;
}
