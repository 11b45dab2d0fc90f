import { inputSlots } from "./inputSlots.ts";
import { isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import type { MergedInstruction } from "./mergeRows.ts";

/** A gap that is cleared with its neighbours: cheaper than one more block. */
const SMALL_GAP = 16;

/** numbers[from … to). */
export interface Block {
  readonly from: number;
  readonly to: number;
}

/**
 * Where adjoints flow: the position, and the results that the instructions compute or read. Passes over a tape leave
 * holes where results were that it no longer needs; clearing those would drive what it does need out of the cache.
 */
export function adjointBlocks(instructions: readonly MergedInstruction[], layout: Layout): readonly Block[] {
  const results = instructions
    .flatMap((each): readonly Slot[] => ("out" in each ? [each.out, ...inputSlots(each)] : inputSlots(each)))
    .filter((slot) => !isConstantSlot(layout, slot))
    .map(({ offset, size }) => ({ from: offset, to: offset + size }))
    .sort((a, b) => a.from - b.from);
  const blocks: Block[] = [{ from: 0, to: layout.dim }];
  for (const { from, to } of results) {
    const last = blocks[blocks.length - 1];
    if (from <= last.to + SMALL_GAP) blocks[blocks.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else blocks.push({ from, to });
  }
  return blocks;
}
