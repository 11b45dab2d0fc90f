import { type FusedFamily, fusedFamilies } from "../density/fusedFamilies.ts";
import { blocks } from "./blocks.ts";
import {
  ADD,
  APPLY,
  BLOCK,
  DOT,
  FAMILY,
  type Machine,
  MUL,
  NORMAL,
  type RunningBlock,
  SUB,
  SUM,
  TERM,
} from "./machine.ts";
import { type ScalarFunction, scalarFunctions } from "./scalarFunctions.ts";
import type { Instruction, TapeProgram } from "./tape.ts";

/** Instructions that compute or add something; checks and guards only look. */
type Computing = Exclude<Instruction, { readonly kind: "check" | "guard" }>;

/** Nothing reads what joins the sum: it can wait for the end. */
const LAST = 999_999_999;
const HALF_LOG_TWO_PI = 0.9189385332046728;
const NO_FUNCTION: ScalarFunction = scalarFunctions["scalar.add"];
const NO_FAMILY: FusedFamily = { parameters: ["none"], evaluate: () => 0 };
const CODES: Readonly<Record<string, number>> = { "scalar.add": ADD, "scalar.sub": SUB, "scalar.mul": MUL };
const KINDS: Readonly<Record<Computing["kind"], number>> = {
  apply: APPLY,
  family: FAMILY,
  term: TERM,
  sum: SUM,
  dot: DOT,
  block: BLOCK,
};

/**
 * The instructions of a tape that compute, in groups, in an order in which all that a group reads has been written: by
 * their depth, the longest way from a choice or a constant. The log-density is summed in that order too, which changes
 * its last digits.
 */
export function assemble(tape: TapeProgram): Machine {
  const groups = groupsOf(tape);
  const sizes = groups.map(({ length }) => length);
  const starts = Int32Array.from(sizes, (_, g) => sizes.slice(0, g).reduce((sum, size) => sum + size, 0));
  const instructions = groups.flat();
  const slots: number[] = [];
  const operands = instructions.map(({ instruction }) => operandsOf(instruction, slots));
  const column = (index: number) => Int32Array.from(operands, (row) => row[index]);
  const heads = groups.map(([{ instruction }]) => instruction);
  const constants = instructions.map(({ code, instruction }) => constantOf(code, instruction, tape.slots));
  return {
    codes: Uint8Array.from(groups, ([{ code }]) => code),
    starts,
    ends: starts.map((start, g) => start + sizes[g]),
    functions: heads.map((head) => (head.kind === "apply" ? scalarFunctions[head.f] : NO_FUNCTION)),
    families: heads.map((head) => (head.kind === "family" ? fusedFamilies[head.family] : NO_FAMILY)),
    blocks: instructions.map(({ instruction }) => runningBlock(instruction)),
    first: column(0),
    second: column(1),
    out: column(2),
    scales: Float64Array.from(constants, ({ scale }) => scale),
    partials: new Float64Array(3 * instructions.length),
    slots: Int32Array.from(slots),
    constant: constants.reduce((sum, { term }) => sum + term, 0),
    scratch: new Float64Array(3),
  };
}

interface Coded {
  readonly code: number;
  readonly instruction: Computing;
}

function groupsOf({ slots, numChoices, instructions }: TapeProgram): readonly (readonly Coded[])[] {
  const depthOf = new Int32Array(slots.length);
  const isComputed = new Uint8Array(slots.length).fill(1, 0, numChoices);
  const groups = new Map<string, Coded[]>();
  for (const instruction of instructions) {
    if (instruction.kind === "check" || instruction.kind === "guard") continue;
    const isLast = instruction.kind === "family" || instruction.kind === "term";
    const depth = isLast ? LAST : 1 + largest(depthOf, readBy(instruction));
    for (const slot of writtenBy(instruction)) {
      depthOf[slot] = depth;
      isComputed[slot] = 1;
    }
    const code = codeOf(instruction, slots, isComputed);
    const key = `${String(depth).padStart(9, "0")} ${code} ${nameOf(instruction)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ code, instruction }]);
    else group.push({ code, instruction });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** A constant that is no standard deviation stays with the family, which makes NaN of it. */
function codeOf(instruction: Computing, slots: Float64Array, isComputed: Uint8Array): number {
  if (instruction.kind === "apply") return CODES[instruction.f] ?? APPLY;
  if (instruction.kind !== "family") return KINDS[instruction.kind];
  const { family, b } = instruction;
  return family === "Gaussian" && isComputed[b] === 0 && slots[b] > 0 ? NORMAL : FAMILY;
}

function nameOf(instruction: Computing): string {
  if (instruction.kind === "apply") return instruction.f;
  return instruction.kind === "family" ? instruction.family : "";
}

/** Sums and dot products have their slots in a list of their own, which this adds to. */
function operandsOf(instruction: Computing, slots: number[]): readonly [first: number, second: number, out: number] {
  switch (instruction.kind) {
    case "apply":
      return [instruction.a, instruction.b, instruction.out];
    case "family":
      return [instruction.a, instruction.b, instruction.x];
    case "term":
      return [0, 0, instruction.slot];
    case "sum":
    case "dot": {
      const start = slots.length;
      const isSum = instruction.kind === "sum";
      for (const slot of isSum ? instruction.terms : instruction.a) slots.push(slot);
      const end = slots.length;
      if (!isSum) for (const slot of instruction.b) slots.push(slot);
      return [start, end, instruction.out];
    }
    case "block":
      return [0, 0, 0];
  }
}

function constantOf(code: number, instruction: Computing, slots: Float64Array): { scale: number; term: number } {
  if (code !== NORMAL || instruction.kind !== "family") return { scale: 0, term: 0 };
  const sigma = slots[instruction.b];
  return { scale: 1 / sigma, term: -Math.log(sigma) - HALF_LOG_TWO_PI };
}

function runningBlock(instruction: Computing): RunningBlock | undefined {
  if (instruction.kind !== "block") return undefined;
  const { from, out } = instruction;
  const [x, xAdjoint] = [new Float64Array(from.length), new Float64Array(from.length)];
  const [y, yAdjoint] = [new Float64Array(out.length), new Float64Array(out.length)];
  return { block: blocks[instruction.block], from, out, x, y, xAdjoint, yAdjoint };
}

function readBy(instruction: Computing): readonly ArrayLike<number>[] {
  switch (instruction.kind) {
    case "apply":
      return [[instruction.a, instruction.b]];
    case "sum":
      return [instruction.terms];
    case "dot":
      return [instruction.a, instruction.b];
    case "block":
      return [instruction.from];
    default:
      return [];
  }
}

function writtenBy(instruction: Computing): Iterable<number> {
  switch (instruction.kind) {
    case "apply":
    case "sum":
    case "dot":
      return [instruction.out];
    case "block":
      return instruction.out;
    default:
      return [];
  }
}

function largest(depths: Int32Array, lists: readonly ArrayLike<number>[]): number {
  let depth = 0;
  for (const slots of lists) for (let i = 0; i < slots.length; i++) depth = Math.max(depth, depths[slots[i]]);
  return depth;
}
