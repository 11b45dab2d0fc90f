import { type Expression, isExpression, PoolishError } from "@poolish/core";
import type { BinaryName, UnaryName } from "../tape/instruction.ts";
import { broadcastDims, type Dim, describeDims, haveSameDims, repeatIndex, sizeOf } from "./dims.ts";
import type { Graph } from "./graph.ts";

/** What an operation on a node accepts: a number, one number a trial (or group), or another node. */
export type Operand = number | ArrayLike<number> | Node;

/**
 * A value of a model while it is traced: an array over zero or more plates whose numbers are not known yet. Operations
 * are recorded, element by element, and broadcast by the rule of `broadcastDims`.
 */
export interface Node extends Expression {
  readonly dims: readonly Dim[];
  add(other: Operand): Node;
  sub(other: Operand): Node;
  mul(other: Operand): Node;
  div(other: Operand): Node;
  pow(exponent: Operand): Node;
  neg(): Node;
  exp(): Node;
  /** Natural logarithm. */
  log(): Node;
  square(): Node;
  sqrt(): Node;
  reciprocal(): Node;
  /** log(1 + x). */
  log1p(): Node;
  /** exp(x) - 1. */
  expm1(): Node;
  /** log(1 + exp(x)). */
  softplus(): Node;
  /** 1 / (1 + exp(-x)). */
  inverseLogit(): Node;
  tanh(): Node;
  /** The sum of all elements, a scalar. */
  sum(): Node;
  /**
   * One element for each entry of `index` (zero-based): spreads group values over trials.
   * @throws PoolishError with the row of the first index that is not an element.
   */
  at(index: ArrayLike<number>): Node;
}

/** A node with what the tracer knows about it. */
export interface TracedNode extends Node {
  readonly graph: Graph;
  readonly id: number;
  /** Set when the node only repeats elements of another: its rows are `index` into `base`. */
  readonly gathered?: { readonly base: TracedNode; readonly index: Int32Array };
}

type Gathered = NonNullable<TracedNode["gathered"]>;

/** Wraps graph node `id`, whose values are laid out row-major over `dims`. */
export function makeNode(graph: Graph, id: number, dims: readonly Dim[], gathered?: Gathered): TracedNode {
  const self: TracedNode = {
    isExpression: true,
    graph,
    id,
    dims,
    ...(gathered === undefined ? {} : { gathered }),
    add: (other) => binary("add", self, other),
    sub: (other) => binary("subtract", self, other),
    mul: (other) => binary("multiply", self, other),
    div: (other) => binary("divide", self, other),
    pow: (exponent) => binary("power", self, exponent),
    neg: () => unary("negate", self),
    exp: () => unary("exp", self),
    log: () => unary("log", self),
    square: () => unary("square", self),
    sqrt: () => unary("sqrt", self),
    reciprocal: () => unary("reciprocal", self),
    log1p: () => unary("log1p", self),
    expm1: () => unary("expm1", self),
    softplus: () => unary("softplus", self),
    inverseLogit: () => unary("inverseLogit", self),
    tanh: () => unary("tanh", self),
    sum: () => sum(self),
    at: (index) => at(self, index),
  };
  // A number is asked for where none exists yet: `if (mu > 0)`, `mu * 2`, Math.exp(mu), array[mu].
  Object.defineProperty(self, Symbol.toPrimitive, { value: refuseNumber });
  return self;
}

function refuseNumber(): never {
  throw new PoolishError(
    "a value of the model was used as a number, but its value is not known while the model is built",
    {
      kind: "model",
      remedy:
        "Use its methods (mu.mul(2), mu.exp()) in place of operators and Math functions; a model whose structure depends on a random value can be written in WebPPL.",
    },
  );
}

/**
 * `value` as a node of `graph`; numbers and arrays become constants.
 * @throws PoolishError for NaN (with its row) and for a node of another model.
 */
export function toNode(graph: Graph, value: Operand): TracedNode {
  if (isExpression(value)) return requireOwn(graph, value as TracedNode);
  const values = typeof value === "number" ? Float64Array.of(value) : Float64Array.from(value);
  const row = values.findIndex(Number.isNaN);
  if (row >= 0) {
    throw new PoolishError("NaN was used as a known number of the model", {
      kind: "input",
      ...(typeof value === "number" ? {} : { row }),
      remedy: "Correct or leave out the row.",
    });
  }
  const dims = typeof value === "number" ? [] : [{ name: "", size: values.length }];
  return makeNode(graph, graph.constant(values), dims);
}

/** A node means nothing on another model's tape, where its place holds some other value. */
function requireOwn(graph: Graph, node: TracedNode): TracedNode {
  if (node.graph === graph) return node;
  throw new PoolishError("a value of another model was used", {
    kind: "model",
    remedy: "Use values only inside the run of the model function that made them.",
  });
}

function unary(name: UnaryName, a: TracedNode): TracedNode {
  const { graph, gathered } = a;
  // Work on the groups, not on the trials that repeat them.
  if (gathered !== undefined) return gather(unary(name, gathered.base), gathered.index);
  const id = graph.computed([a.id], sizeOf(a.dims), (slotOf, out) => ({ op: "unary", name, a: slotOf(a.id), out }));
  return makeNode(graph, id, a.dims);
}

function binary(name: BinaryName, a: TracedNode, other: Operand): TracedNode {
  const { graph } = a;
  const b = toNode(graph, other);
  const pushed = binaryOnGroups(name, a, b);
  if (pushed !== undefined) return pushed;
  const dims = broadcastDims(a.dims, b.dims, name);
  const [left, right] = [expandTo(a, dims), expandTo(b, dims)];
  const id = graph.computed([left.id, right.id], sizeOf(dims), (slotOf, out) => ({
    op: "binary",
    name,
    a: slotOf(left.id),
    b: slotOf(right.id),
    out,
  }));
  return makeNode(graph, id, dims);
}

/** f(x.at(i), y.at(i)) = f(x, y).at(i), and likewise with a scalar on one side. */
function binaryOnGroups(name: BinaryName, a: TracedNode, b: TracedNode): TracedNode | undefined {
  const left = a.gathered;
  const right = b.gathered;
  if (left !== undefined && b.dims.length === 0) return gather(binary(name, left.base, b), left.index);
  if (right !== undefined && a.dims.length === 0) return gather(binary(name, a, right.base), right.index);
  if (left === undefined || right === undefined || !isSameIndex(left.index, right.index)) return undefined;
  if (!haveSameDims(left.base.dims, right.base.dims)) return undefined;
  return gather(binary(name, left.base, right.base), left.index);
}

function isSameIndex(a: Int32Array, b: Int32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}

/** Repeats `node` along the inner plates of `dims`; scalars stay scalars, as operations broadcast them for free. */
export function expandTo(node: TracedNode, dims: readonly Dim[]): TracedNode {
  if (node.dims.length === 0 || node.dims.length === dims.length) return node;
  const { graph } = node;
  const index = repeatIndex(node.dims, dims);
  const id = graph.computed([node.id], index.length, (slotOf, out) => ({
    op: "gather",
    a: slotOf(node.id),
    index,
    out,
  }));
  return makeNode(graph, id, dims);
}

function sum(a: TracedNode): TracedNode {
  const id = a.graph.computed([a.id], 1, (slotOf, out) => ({ op: "sum", a: slotOf(a.id), out }));
  return makeNode(a.graph, id, []);
}

function at(a: TracedNode, index: ArrayLike<number>): TracedNode {
  if (a.dims.length !== 1) {
    throw new PoolishError(`only a value over one plate can be indexed, this one has shape ${describeDims(a.dims)}`, {
      kind: "model",
      field: "at",
      remedy: "Index inside the outer plate, or index a value that lives on one plate.",
    });
  }
  const { name, size } = a.dims[0];
  for (let i = 0; i < index.length; i++) {
    if (Number.isInteger(index[i]) && index[i] >= 0 && index[i] < size) continue;
    throw new PoolishError(`index ${index[i]} is not one of the ${size} elements`, {
      kind: "input",
      field: name === "" ? "at" : name,
      row: i,
      remedy: `Pass codes from 0 to ${size - 1}, as factorize(column).codes has them, or a larger plate.`,
    });
  }
  return gather(a, Int32Array.from(index));
}

function gather(base: TracedNode, index: Int32Array): TracedNode {
  const { graph } = base;
  const inner = base.gathered;
  if (inner !== undefined) {
    const composed = index.map((i) => inner.index[i]);
    return gather(inner.base, composed);
  }
  const id = graph.computed([base.id], index.length, (slotOf, out) => ({
    op: "gather",
    a: slotOf(base.id),
    index,
    out,
  }));
  return makeNode(graph, id, [{ name: "", size: index.length }], { base, index });
}
