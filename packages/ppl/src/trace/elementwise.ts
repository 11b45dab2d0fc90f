import type { BinaryName, UnaryName } from "../tape/instruction.ts";
import { broadcastDims, haveSameDims, outerDims } from "./dims.ts";
import { expandTo, gather } from "./gather.ts";
import type { Operand } from "./node.ts";
import { compute, graphOf, isNode, toValue, type Value } from "./value.ts";

const SIGNS: Readonly<Record<BinaryName, string>> = {
  add: "+",
  subtract: "-",
  multiply: "*",
  divide: "/",
  power: "^",
  minimum: "min",
  maximum: "max",
};

/** f(a), element by element. */
export function unary(name: UnaryName, a: Value): Value {
  const { gathered } = a;
  // Work on the groups, not on the trials that repeat them.
  if (gathered !== undefined) return gather(unary(name, gathered.base), gathered.index);
  return compute([a], a.dims, `${name}(${a.label})`, ([slot], out) => ({ op: "unary", name, a: slot, out }));
}

/** f(a, b), element by element, broadcast by the rule of `broadcastDims`. */
export function binary(name: BinaryName, a: Operand, b: Operand): Value {
  const graph = graphOf([a, b]);
  const left = toValue(graph, a, isNode(b) ? b : undefined);
  return binaryValues(name, left, toValue(graph, b, left));
}

/** `binary` on values of one graph. */
export function binaryValues(name: BinaryName, a: Value, b: Value): Value {
  const pushed = binaryOnGroups(name, a, b);
  if (pushed !== undefined) return pushed;
  const label = `${a.label} ${SIGNS[name]} ${b.label}`;
  const dims = broadcastDims(a.dims, b.dims, label);
  return compute([expandTo(a, dims), expandTo(b, dims)], dims, label, ([left, right], out) => ({
    op: "binary",
    name,
    a: left,
    b: right,
    out,
  }));
}

/** f(x.at(i), y.at(i)) = f(x, y).at(i), and likewise with a value over no plate on one side. */
function binaryOnGroups(name: BinaryName, a: Value, b: Value): Value | undefined {
  const left = a.gathered;
  const right = b.gathered;
  if (left !== undefined && outerDims(b.dims).length === 0) return gather(binaryValues(name, left.base, b), left.index);
  if (right !== undefined && outerDims(a.dims).length === 0) {
    return gather(binaryValues(name, a, right.base), right.index);
  }
  if (left === undefined || right === undefined || !isSameIndex(left.index, right.index)) return undefined;
  if (!haveSameDims(outerDims(left.base.dims), outerDims(right.base.dims))) return undefined;
  return gather(binaryValues(name, left.base, right.base), left.index);
}

export function isSameIndex(a: Int32Array, b: Int32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]));
}
