import type { BinaryInstruction } from "./binaryStep.ts";
import { countReaders } from "./countReaders.ts";
import type { Instruction, Slot } from "./instruction.ts";
import type { LinearInstruction, LinearTerm } from "./linearStep.ts";

/** What a linked tape runs: the instructions of the model, or what a pass has made of them. */
export type LinkedInstruction = Instruction | LinearInstruction;

/** The instruction whose result may be folded into the only one that reads it; undefined for all other slots. */
type InnerOf = (slot: Slot) => Instruction | undefined;

/**
 * Replaces each tree of sums, differences, products and gathers over many rows, e.g. the linear predictor
 * a.at(group) + b.at(group) · x, by one instruction that reads each operand once and stores no result in between.
 * Results that are read twice, or that are `kept` (recorded with each draw), stay. Sums may round differently.
 */
export function fuseLinear(instructions: readonly Instruction[], kept: readonly Slot[]): readonly LinkedInstruction[] {
  const innerOf = innerInstructions(instructions, kept);
  const folded = new Set<Instruction>();
  const fused = instructions.map((instruction): LinkedInstruction => {
    if (!isFusible(instruction) || instruction.out.size <= 1) return instruction;
    const inner: Instruction[] = [];
    const terms = termsOf(instruction, innerOf, inner);
    if (inner.length === 0) return instruction;
    for (const each of inner) folded.add(each);
    return { op: "linear", terms, out: instruction.out };
  });
  // What was folded is read by nothing else, so the instruction that it was on its own goes too.
  return fused.filter((_, i) => !folded.has(instructions[i]));
}

function isFusible(instruction: Instruction): instruction is BinaryInstruction {
  if (instruction.op !== "binary") return false;
  return instruction.name === "add" || instruction.name === "subtract" || instruction.name === "multiply";
}

function innerInstructions(instructions: readonly Instruction[], kept: readonly Slot[]): InnerOf {
  const numReaders = countReaders(instructions, kept);
  const inner = new Map<number, Instruction>();
  for (const instruction of instructions) {
    if (!(isFusible(instruction) || instruction.op === "gather")) continue;
    const { offset, size } = instruction.out;
    if (size > 1 && numReaders.get(offset) === 1) inner.set(offset, instruction);
  }
  return ({ offset }) => inner.get(offset);
}

/** The terms of a sum, difference or product; what was folded into them is added to `folded`. */
function termsOf(root: BinaryInstruction, innerOf: InnerOf, folded: Instruction[]): LinearTerm[] {
  const rows = root.out.size;
  const fold = (slot: Slot): Instruction | undefined => {
    const inner = slot.size === rows ? innerOf(slot) : undefined;
    if (inner !== undefined) folded.push(inner);
    return inner;
  };
  const expand = (slot: Slot, scale: 1 | -1): LinearTerm[] => {
    const inner = fold(slot);
    if (inner?.op === "gather") return [{ source: inner.a, index: inner.index, factor: undefined, scale }];
    if (inner?.op === "binary") return expandBinary(inner, scale);
    return [{ source: slot, index: undefined, factor: undefined, scale }];
  };
  const expandBinary = ({ name, a, b }: BinaryInstruction, scale: 1 | -1): LinearTerm[] => {
    if (name === "multiply") return [product(a, b, scale)];
    const opposite = scale === 1 ? -1 : 1;
    return [...expand(a, scale), ...expand(b, name === "subtract" ? opposite : scale)];
  };
  const product = (a: Slot, b: Slot, scale: 1 | -1): LinearTerm => {
    const isGather = (slot: Slot): boolean => slot.size === rows && innerOf(slot)?.op === "gather";
    const [source, factor] = isGather(a) ? [a, b] : [b, a];
    const inner = isGather(source) ? fold(source) : undefined;
    if (inner?.op !== "gather") return { source, index: undefined, factor, scale };
    return { source: inner.a, index: inner.index, factor, scale };
  };
  return expandBinary(root, 1);
}
