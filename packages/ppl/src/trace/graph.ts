import type { Instruction, Layout, PureInstruction, Slot } from "../tape/instruction.ts";
import { evaluateKnown } from "./evaluateKnown.ts";

type NodeKind = "position" | "constant" | "computed";

interface GraphNode {
  readonly kind: NodeKind;
  readonly size: number;
  /** Set for constants only. */
  readonly values?: Float64Array;
}

type SlotOf = (id: number) => Slot;

interface Recorded {
  readonly inputs: readonly number[];
  readonly output: number | undefined;
  /** It contributes to the target, or its value was asked for: kept even if nothing else reads it. */
  readonly isRoot: boolean;
  emit(slotOf: SlotOf): Instruction;
}

/** A finished graph: the buffer's layout, its constants and the instructions that are needed, in order. */
export interface FinishedGraph {
  readonly layout: Layout;
  readonly constants: readonly { readonly offset: number; readonly values: Float64Array }[];
  readonly instructions: readonly Instruction[];
  slotOf(id: number): Slot;
}

/** Records operations in the order in which a model makes them. Ids are positions in that record. */
export interface Graph {
  /** A block of `size` unconstrained coordinates. */
  position(size: number): number;
  constant(values: Float64Array): number;
  /** The numbers of a constant; undefined for what depends on the position. */
  constantValues(id: number): Float64Array | undefined;
  /** An operation on constants only is done at once, and leaves a constant. */
  computed(inputs: readonly number[], size: number, emit: (slotOf: SlotOf, output: Slot) => PureInstruction): number;
  /** Like `computed`, and kept because the instruction also adds to the target. */
  effectWithOutput(
    inputs: readonly number[],
    size: number,
    emit: (slotOf: SlotOf, output: Slot) => Instruction,
  ): number;
  /** An instruction that only adds to the target. */
  effect(inputs: readonly number[], emit: (slotOf: SlotOf) => Instruction): void;
  /** Lays out the buffer. Computed nodes that neither the target nor `kept` needs are left out. */
  finish(kept: readonly number[]): FinishedGraph;
}

export function createGraph(): Graph {
  const nodes: GraphNode[] = [];
  const recorded: Recorded[] = [];
  const add = (node: GraphNode): number => nodes.push(node) - 1;
  const withOutput = (
    inputs: readonly number[],
    size: number,
    isRoot: boolean,
    emit: (slotOf: SlotOf, output: Slot) => Instruction,
  ): number => {
    const output = add({ kind: "computed", size });
    recorded.push({ inputs, output, isRoot, emit: (slotOf) => emit(slotOf, slotOf(output)) });
    return output;
  };
  return {
    position: (size) => add({ kind: "position", size }),
    constant: (values) => add({ kind: "constant", size: values.length, values }),
    constantValues: (id) => nodes[id].values,
    computed(inputs, size, emit) {
      const values = inputs.flatMap((id) => nodes[id].values ?? []);
      if (values.length < inputs.length) return withOutput(inputs, size, false, emit);
      const known = evaluateKnown(new Map(inputs.map((id, k) => [id, values[k]])), size, emit);
      return add({ kind: "constant", size, values: known });
    },
    effectWithOutput: (inputs, size, emit) => withOutput(inputs, size, true, emit),
    effect(inputs, emit) {
      recorded.push({ inputs, output: undefined, isRoot: true, emit });
    },
    finish: (kept) => finish(nodes, recorded, kept),
  };
}

function finish(nodes: readonly GraphNode[], recorded: readonly Recorded[], kept: readonly number[]): FinishedGraph {
  const needed = new Set(kept);
  const instructions: Recorded[] = [];
  for (const instruction of recorded.toReversed()) {
    if (!instruction.isRoot && !needed.has(instruction.output ?? -1)) continue;
    for (const input of instruction.inputs) needed.add(input);
    if (instruction.output !== undefined) needed.add(instruction.output);
    instructions.push(instruction);
  }
  const { slots, layout } = layOut(nodes, needed);
  const slotOf = (id: number): Slot => {
    const slot = slots.get(id);
    if (slot === undefined) throw new Error(`node ${id} has no place in the tape`);
    return slot;
  };
  return {
    layout,
    constants: nodes.flatMap(({ values }, id) =>
      values !== undefined && needed.has(id) ? [{ offset: slotOf(id).offset, values }] : [],
    ),
    instructions: instructions.toReversed().map(({ emit }) => emit(slotOf)),
    slotOf,
  };
}

/** Positions first (all of them: they are the parameters), then the needed constants, then the needed results. */
function layOut(
  nodes: readonly GraphNode[],
  needed: ReadonlySet<number>,
): { slots: Map<number, Slot>; layout: Layout } {
  const slots = new Map<number, Slot>();
  let offset = 0;
  const place = (kind: NodeKind): number => {
    nodes.forEach((node, id) => {
      if (node.kind !== kind || (kind !== "position" && !needed.has(id))) return;
      slots.set(id, { offset, size: node.size });
      offset += node.size;
    });
    return offset;
  };
  const dim = place("position");
  const firstComputed = place("constant");
  return { slots, layout: { dim, firstComputed, size: place("computed") } };
}
