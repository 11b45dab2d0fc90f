import { countReaders } from "./countReaders.ts";
import type { LinkedInstruction } from "./fuseLinear.ts";
import { type Instruction, isConstantSlot, type Layout, type Slot } from "./instruction.ts";
import type { LinearInstruction } from "./linearStep.ts";
import { classesOf, combineClasses, type RowClasses } from "./rowClasses.ts";

/** Instructions that give row i from rows i of their operands. */
type RowInstruction = LinearInstruction | Extract<Instruction, { readonly op: "unary" | "binary" | "gather" }>;

/** A constant that a pass has added after the end of the model's buffer. */
export interface AppendedConstant {
  readonly offset: number;
  readonly values: Float64Array;
}

/** What is computed row by row out of constants, gathers and single numbers, and how it is computed for fewer rows. */
export interface RowOperations {
  /** Which of `count` rows of `slot` are alike whatever the latents are; "unknown" where rows have latents of their own, or are read elsewhere. */
  classes(slot: Slot, count: number): RowClasses | "unknown";
  /** The numbers of a constant: a copy; undefined for all other slots. */
  constantValues(slot: Slot): Float64Array | undefined;
  /** The slot that holds the chosen rows of `slot` instead, and what computes it is replaced. Needs known classes. */
  reduce(slot: Slot, rows: Int32Array): Slot;
  /** What `reduce` has replaced. */
  readonly replaced: ReadonlyMap<LinkedInstruction, LinkedInstruction>;
  /** What `reduce` has added. */
  readonly constants: readonly AppendedConstant[];
}

/** `values` holds the constants of the layout. */
export function createRowOperations(
  instructions: readonly LinkedInstruction[],
  layout: Layout,
  values: Float64Array,
  kept: readonly Slot[],
): RowOperations {
  const makers = makersOfRows(instructions, kept);
  const replaced = new Map<LinkedInstruction, LinkedInstruction>();
  const constants: AppendedConstant[] = [];
  let end = layout.size;

  const constantValues = (slot: Slot): Float64Array | undefined =>
    isConstantSlot(layout, slot) ? values.slice(slot.offset, slot.offset + slot.size) : undefined;

  const classes = (slot: Slot, count: number): RowClasses | "unknown" => {
    if (slot.size === 1) return undefined;
    if (slot.size !== count) return "unknown";
    const known = constantValues(slot);
    if (known !== undefined) return classesOf(known);
    const maker = makers.get(slot.offset);
    if (maker === undefined) return "unknown";
    const all = operandsOf(maker).map((operand) =>
      operand.index === undefined ? classes(operand.slot, count) : classesOf(operand.index),
    );
    return all.reduce(combineKnown, undefined);
  };

  const append = (numbers: Float64Array): Slot => {
    const slot = { offset: end, size: numbers.length };
    constants.push({ offset: end, values: numbers });
    end += numbers.length;
    return slot;
  };

  const reduce = (slot: Slot, rows: Int32Array): Slot => {
    if (slot.size === 1) return slot;
    const known = constantValues(slot);
    if (known !== undefined) return append(pick(known, rows));
    const maker = makers.get(slot.offset);
    if (maker === undefined) throw new Error("only rows of known classes can be reduced");
    const out = { offset: slot.offset, size: rows.length };
    replaced.set(
      maker,
      reduceMaker(maker, out, rows, (operand) => reduce(operand, rows)),
    );
    return out;
  };

  return { classes, constantValues, reduce, replaced, constants };
}

/** The instruction of each slot that is computed row by row and read once. */
function makersOfRows(instructions: readonly LinkedInstruction[], kept: readonly Slot[]): Map<number, RowInstruction> {
  const numReaders = countReaders(instructions, kept);
  const makers = new Map<number, RowInstruction>();
  for (const each of instructions) {
    if (isRowInstruction(each) && numReaders.get(each.out.offset) === 1) makers.set(each.out.offset, each);
  }
  return makers;
}

function isRowInstruction(instruction: LinkedInstruction): instruction is RowInstruction {
  const { op } = instruction;
  return op === "linear" || op === "unary" || op === "binary" || op === "gather";
}

interface Operand {
  readonly slot: Slot;
  /** Set where row i takes element index[i]. */
  readonly index: Int32Array | undefined;
}

function operandsOf(maker: RowInstruction): readonly Operand[] {
  const plain = (slot: Slot): Operand => ({ slot, index: undefined });
  if (maker.op === "gather") return [{ slot: maker.a, index: maker.index }];
  if (maker.op === "unary") return [plain(maker.a)];
  if (maker.op === "binary") return [plain(maker.a), plain(maker.b)];
  return maker.terms.flatMap(({ source, index, factor }) => [
    { slot: source, index },
    ...(factor === undefined ? [] : [plain(factor)]),
  ]);
}

function reduceMaker(maker: RowInstruction, out: Slot, rows: Int32Array, reduce: (slot: Slot) => Slot): RowInstruction {
  if (maker.op === "gather") return { ...maker, index: pick(maker.index, rows), out };
  if (maker.op === "unary") return { ...maker, a: reduce(maker.a), out };
  if (maker.op === "binary") return { ...maker, a: reduce(maker.a), b: reduce(maker.b), out };
  const terms = maker.terms.map((term) => ({
    ...term,
    source: term.index === undefined ? reduce(term.source) : term.source,
    index: term.index && pick(term.index, rows),
    factor: term.factor && reduce(term.factor),
  }));
  return { ...maker, terms, out };
}

function combineKnown(a: RowClasses | "unknown", b: RowClasses | "unknown"): RowClasses | "unknown" {
  return a === "unknown" || b === "unknown" ? "unknown" : combineClasses(a, b);
}

function pick<T extends Float64Array | Int32Array>(from: T, rows: Int32Array): T;
function pick(from: Float64Array | Int32Array, rows: Int32Array): Float64Array | Int32Array {
  return from.constructor === Int32Array
    ? Int32Array.from(rows, (row) => from[row])
    : Float64Array.from(rows, (row) => from[row]);
}
