import { type Expression, PoolishError } from "@poolish/core";
import { dot, mean, reduce } from "./contraction.ts";
import type { Dim } from "./dims.ts";
import { binary, unary } from "./elementwise.ts";
import { at, element } from "./gather.ts";
import type { Value } from "./value.ts";

/**
 * What an operation accepts: a number, one number a trial (or group), one vector a trial (rows of a matrix), or a value
 * of the model.
 */
export type Operand = number | ArrayLike<number> | readonly ArrayLike<number>[] | Node;

/**
 * A value of a model while it is traced: a number, a vector or a matrix over zero or more plates, not known yet.
 * Operations are recorded, element by element, and broadcast by the rules of docs/language.md. Each is also a function
 * of the same name: `exp(x)`.
 */
export interface Node extends Expression {
  readonly dims: readonly Dim[];
  add(other: Operand): Node;
  sub(other: Operand): Node;
  mul(other: Operand): Node;
  div(other: Operand): Node;
  pow(exponent: Operand): Node;
  /** The smaller of the two; smooth but where they are equal. */
  min(other: Operand): Node;
  /** The larger of the two; smooth but where they are equal. */
  max(other: Operand): Node;
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
  /** log(p / (1 - p)). */
  logit(): Node;
  tanh(): Node;
  sin(): Node;
  cos(): Node;
  /** |x|; slope 0 at 0. */
  abs(): Node;
  /** log Γ(x), for x above 0. */
  logGamma(): Node;
  /** The sum of the numbers of a vector or matrix; of a value that is neither, of all elements. */
  sum(): Node;
  /** The mean, over what `sum` adds up. */
  mean(): Node;
  /** log Σ exp, over what `sum` adds up. */
  logSumExp(): Node;
  /** Σ_k a_k b_k of two vectors; of values that are no vectors, over all elements. */
  dot(other: Operand): Node;
  /** Number k of a vector (zero-based), or the number at (row, column) of a matrix. */
  element(...position: number[]): Node;
  /**
   * One element for each entry of `index` (zero-based): spreads group values over trials. A value over two plates takes
   * two indices; vectors and matrices stay whole; a vector over no plate gives one of its numbers for each entry.
   * @throws PoolishError with the row of the first index that is not an element.
   */
  at(...index: ArrayLike<number>[]): Node;
}

/** A node with what the tracer knows about it. */
export type TracedNode = Node & Value;

/** Gives a value its methods. */
export function makeNode(value: Value): TracedNode {
  const self: TracedNode = {
    isExpression: true,
    ...value,
    add: (other) => makeNode(binary("add", self, other)),
    sub: (other) => makeNode(binary("subtract", self, other)),
    mul: (other) => makeNode(binary("multiply", self, other)),
    div: (other) => makeNode(binary("divide", self, other)),
    pow: (exponent) => makeNode(binary("power", self, exponent)),
    min: (other) => makeNode(binary("minimum", self, other)),
    max: (other) => makeNode(binary("maximum", self, other)),
    neg: () => makeNode(unary("negate", self)),
    exp: () => makeNode(unary("exp", self)),
    log: () => makeNode(unary("log", self)),
    square: () => makeNode(unary("square", self)),
    sqrt: () => makeNode(unary("sqrt", self)),
    reciprocal: () => makeNode(unary("reciprocal", self)),
    log1p: () => makeNode(unary("log1p", self)),
    expm1: () => makeNode(unary("expm1", self)),
    softplus: () => makeNode(unary("softplus", self)),
    inverseLogit: () => makeNode(unary("inverseLogit", self)),
    logit: () => makeNode(unary("logit", self)),
    tanh: () => makeNode(unary("tanh", self)),
    sin: () => makeNode(unary("sin", self)),
    cos: () => makeNode(unary("cos", self)),
    abs: () => makeNode(unary("abs", self)),
    logGamma: () => makeNode(unary("logGamma", self)),
    sum: () => makeNode(reduce("sum", self)),
    mean: () => makeNode(mean(self)),
    logSumExp: () => makeNode(reduce("logSumExp", self)),
    dot: (other) => makeNode(dot(self, other)),
    element: (...position) => makeNode(element(self, position)),
    at: (...index) => makeNode(at(self, index)),
  };
  // A number is asked for where none exists yet: `if (mu > 0)`, `mu * 2`, Math.exp(mu), array[mu].
  Object.defineProperty(self, Symbol.toPrimitive, { value: () => refuseNumber(value.label) });
  return self;
}

function refuseNumber(label: string): never {
  throw new PoolishError(
    "a value of the model was used as a number, but its value is not known while the model is built",
    {
      kind: "model",
      field: label,
      remedy:
        "Use its methods (mu.mul(2), mu.exp()) in place of operators and Math functions; a model whose structure depends on a random value can be written in WebPPL.",
    },
  );
}
