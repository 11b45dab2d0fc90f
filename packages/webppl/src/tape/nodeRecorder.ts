import type { Scalar, Tensor, TensorNode } from "../host/adNodes.ts";
import { blocks } from "./blocks.ts";
import { scalarFunctions } from "./scalarFunctions.ts";
import type { Instruction } from "./tape.ts";

/** A node as adnn makes it: the operation's name and its arguments. */
export interface AnyNode {
  readonly x: number | Tensor;
  readonly dx: unknown;
  readonly name?: string;
  readonly inputs?: readonly unknown[];
}

/** Numbers that a tape can hold. */
type Numbers = Scalar | Tensor | TensorNode;

/** Turns the nodes of WebPPL's arithmetic, those of tensors number by number, into slots and instructions. */
export interface NodeRecorder {
  /** The numbers of `node` are in `slots` already. */
  define(node: AnyNode, slots: Int32Array): void;
  slotOf(value: Scalar): number;
  /** Row-major for a tensor. */
  slotsOf(value: Numbers): Int32Array;
  /** False once a node came that no instruction stands for. */
  readonly isComplete: boolean;
  /** All slots, constants in place. */
  slots(): Float64Array;
}

export function nodeRecorder(numChoices: number, instructions: Instruction[]): NodeRecorder {
  const slots: number[] = Array.from({ length: numChoices }, () => 0);
  /** Tensors are known by their data, which a reshaped tensor shares with the one that it was made of. */
  const slotsOfNode = new Map<object, Int32Array>();
  const constants = new Map<number, number>();
  let isComplete = true;

  function newSlot(value: number): number {
    slots.push(value);
    return slots.length - 1;
  }

  function constant(value: number): number {
    // The zeros of either sign are one key.
    if (value === 0) return newSlot(value);
    const slot = constants.get(value) ?? newSlot(value);
    constants.set(value, slot);
    return slot;
  }

  function slotsOf(value: Numbers): Int32Array {
    if (typeof value === "number") return Int32Array.of(constant(value));
    const key = keyOf(value);
    const known = slotsOfNode.get(key);
    if (known !== undefined) return known;
    if (isNode(value)) recordAncestors(value);
    else slotsOfNode.set(key, Int32Array.from((value as Tensor).data, constant));
    return slotsOfNode.get(key) ?? Int32Array.of(0);
  }

  function slotOf(value: Scalar): number {
    return slotsOf(value)[0];
  }

  /** Arguments before results; a list instead of recursion, because sums may be very deep. */
  function recordAncestors(root: AnyNode): void {
    const stack: AnyNode[] = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = (node.inputs ?? [])
        .flat()
        .filter(isNode)
        .filter((input) => !slotsOfNode.has(keyOf(input)));
      if (slotsOfNode.has(keyOf(node)) || missing.length === 0) {
        stack.pop();
        if (!slotsOfNode.has(keyOf(node))) slotsOfNode.set(keyOf(node), recordNode(node));
      } else {
        stack.push(...missing);
      }
    }
  }

  function recordNode(node: AnyNode): Int32Array {
    const { name = "", inputs = [], x } = node;
    const size = typeof x === "number" ? 1 : x.length;
    const elementwise = scalarFunctions[name] === undefined ? name.replace(/^tensor\./, "scalar.") : name;
    if (scalarFunctions[elementwise] !== undefined && inputs.every(isNumbers)) {
      return apply(elementwise, size, inputs.map(slotsOf));
    }
    const recorded = recordTensorNode(node, name, inputs);
    if (recorded !== undefined) return recorded;
    isComplete = false;
    return new Int32Array(size);
  }

  /** A number in the place of the second tensor serves all elements of the first. */
  function apply(f: string, size: number, [first, second = first]: readonly Int32Array[]): Int32Array {
    return Int32Array.from({ length: size }, (_, i) => {
      const out = newSlot(0);
      instructions.push({ kind: "apply", f, out, a: first[i], b: second[second.length === 1 ? 0 : i] });
      return out;
    });
  }

  function sum(terms: Int32Array): Int32Array {
    const out = newSlot(0);
    instructions.push({ kind: "sum", out, terms });
    return Int32Array.of(out);
  }

  function recordTensorNode({ x }: AnyNode, name: string, inputs: readonly unknown[]): Int32Array | undefined {
    const values = inputs.flat().filter(isNumbers);
    const from = () => slotsOf(values[0]);
    switch (name) {
      case "tensor.get":
        return from().subarray(Number(inputs[1]), Number(inputs[1]) + 1);
      case "tensor.range":
        return from().subarray(Number(inputs[1]), Number(inputs[2]));
      case "tensor.fromScalars":
      case "tensor.concat":
        return Int32Array.from(values.flatMap((value) => [...slotsOf(value)]));
      case "scalar.sum":
        return sum(Int32Array.from(values, (value) => slotsOf(value)[0]));
      case "sumreduce":
        return sum(from());
      case "transpose":
        return transposed(from(), dimsOf(x));
      case "diagonal":
        return diagonal(from(), newSlot);
      case "dot":
        return dot(values[0], values[1]);
      default:
        return blocks[name] === undefined ? undefined : block(name, from(), dimsOf(x));
    }
  }

  function dot(first: Numbers, second: Numbers): Int32Array {
    const [numRows, width] = dimsOf(numbersIn(first));
    const numColumns = dimsOf(numbersIn(second))[1];
    const [a, b] = [slotsOf(first), slotsOf(second)];
    return Int32Array.from({ length: numRows * numColumns }, (_, i) => {
      const row = Math.floor(i / numColumns);
      const out = newSlot(0);
      const column = Int32Array.from({ length: width }, (__, k) => b[k * numColumns + (i % numColumns)]);
      instructions.push({ kind: "dot", out, a: a.slice(row * width, (row + 1) * width), b: column });
      return out;
    });
  }

  function block(name: string, from: Int32Array, dims: readonly number[]): Int32Array {
    const length = dims.reduce((product, dim) => product * dim, 1);
    const out = Int32Array.from({ length }, () => newSlot(0));
    instructions.push({ kind: "block", block: name, out, from });
    return out;
  }

  return {
    define: (node, at) => slotsOfNode.set(keyOf(node), at),
    slotOf,
    slotsOf,
    get isComplete() {
      return isComplete;
    },
    slots: () => Float64Array.from(slots),
  };
}

function transposed(slots: Int32Array, [numRows, numColumns]: readonly number[]): Int32Array {
  return slots.map((_, i) => slots[(i % numColumns) * numRows + Math.floor(i / numColumns)]);
}

function diagonal(slots: Int32Array, newSlot: (value: number) => number): Int32Array {
  const n = slots.length;
  return Int32Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? slots[i / (n + 1)] : newSlot(0)));
}

function keyOf(value: AnyNode | Tensor): object {
  const inner = numbersIn(value);
  return typeof inner === "number" ? value : inner.data;
}

function numbersIn(value: Numbers | AnyNode): number | Tensor {
  return typeof value === "object" && "dx" in value ? value.x : (value as number | Tensor);
}

/** A number has none. */
function dimsOf(value: number | Tensor): readonly number[] {
  return typeof value === "number" ? [] : value.dims;
}

export function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "dx" in value;
}

function isNumbers(value: unknown): value is Numbers {
  if (typeof value === "number" || isNode(value)) return true;
  return typeof value === "object" && value !== null && "data" in value && "dims" in value;
}
