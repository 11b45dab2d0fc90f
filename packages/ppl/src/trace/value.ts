import { isExpression, PoolishError } from "@poolish/core";
import type { PureInstruction, Slot } from "../tape/instruction.ts";
import { type Dim, dataDim, eventDim, eventDims, outerDims, sizeOf } from "./dims.ts";
import { createGraph, type Graph } from "./graph.ts";
import type { Node, Operand } from "./node.ts";

/** What the tracer knows about a node: a place in a graph, row-major over `dims`. */
export interface Value {
  readonly graph: Graph;
  readonly id: number;
  readonly dims: readonly Dim[];
  /** What messages call it: `mu`, `exp(mu)`. */
  readonly label: string;
  /** Set when it only repeats elements of another over the outer axes: element i is element index[i] of `base`. */
  readonly gathered?: { readonly base: Value; readonly index: Int32Array };
}

const LONGEST_LABEL = 40;

/** Records a pure instruction whose result has `dims`. */
export function compute(
  inputs: readonly Value[],
  dims: readonly Dim[],
  label: string,
  emit: (slots: readonly Slot[], out: Slot) => PureInstruction,
): Value {
  const { graph } = inputs[0];
  const ids = inputs.map(({ id }) => id);
  const id = graph.computed(ids, sizeOf(dims), (slotOf, out) => emit(ids.map(slotOf), out));
  return { graph, id, dims, label: shorten(label) };
}

function shorten(label: string): string {
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`;
}

/** The numbers of a value that depends on nothing random, or undefined. */
export function knownValues({ graph, id }: Value): Float64Array | undefined {
  return graph.constantValues(id);
}

export function isNode(operand: unknown): operand is Node & Value {
  return isExpression(operand);
}

/** The graph that an operation on `operands` belongs to; one of its own if they are all known. */
export function graphOf(operands: readonly Operand[]): Graph {
  const nodes = operands.filter(isNode);
  const random = nodes.find((node) => knownValues(node) === undefined);
  return (random ?? nodes[0])?.graph ?? createGraph();
}

/**
 * `operand` as a value of `graph`; numbers and arrays become constants. An array of numbers is one number a trial, or a
 * vector where `beside`, the other operand, is a vector over no plate. An array of arrays is a vector a trial.
 * @throws PoolishError for NaN (with its row) and for a node of another model.
 */
export function toValue(graph: Graph, operand: Operand, beside?: Value): Value {
  if (isNode(operand)) return requireOwn(graph, operand);
  if (typeof operand === "number") return constantValue(graph, Float64Array.of(operand), [], String(operand));
  if (isRows(operand)) return rowsValue(graph, operand);
  const values = Float64Array.from(operand as ArrayLike<number>);
  const isVector = beside !== undefined && outerDims(beside.dims).length === 0 && eventDims(beside.dims).length === 1;
  return constantValue(graph, values, [isVector ? eventDim(values.length) : dataDim(values.length)], "data");
}

export function isRows(operand: Operand): operand is readonly ArrayLike<number>[] {
  return Array.isArray(operand) && typeof operand[0] === "object";
}

function rowsValue(graph: Graph, rows: readonly ArrayLike<number>[]): Value {
  const width = rows[0].length;
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    if (row.length !== width) {
      throw new PoolishError(`this row has ${row.length} numbers, the first has ${width}`, {
        kind: "input",
        row: i,
        remedy: "Give all rows of a matrix the same length.",
      });
    }
    values.set(row, i * width);
  });
  return constantValue(graph, values, [dataDim(rows.length), eventDim(width)], "data");
}

export function constantValue(graph: Graph, values: Float64Array, dims: readonly Dim[], label: string): Value {
  const at = values.findIndex(Number.isNaN);
  if (at >= 0) {
    throw new PoolishError("NaN was used as a known number of the model", {
      kind: "input",
      ...(dims.length === 0 ? {} : { row: Math.floor(at / sizeOf(eventDims(dims))) }),
      remedy: "Correct or leave out the row.",
    });
  }
  return { graph, id: graph.constant(values), dims, label };
}

/** A node means nothing on another model's tape, where its place holds some other value; known values may move. */
function requireOwn(graph: Graph, node: Node & Value): Value {
  if (node.graph === graph) return node;
  const known = knownValues(node);
  if (known !== undefined) return { graph, id: graph.constant(known), dims: node.dims, label: node.label };
  throw new PoolishError("a value of another model was used", {
    kind: "model",
    field: node.label,
    remedy: "Use values only inside the run of the model function that made them.",
  });
}
