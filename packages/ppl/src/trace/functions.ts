import type { UnaryName } from "../tape/instruction.ts";
import * as contraction from "./contraction.ts";
import { binary, unary } from "./elementwise.ts";
import { makeNode, type Node, type Operand } from "./node.ts";
import { stack as stackParts } from "./stack.ts";
import { graphOf, toValue, type Value } from "./value.ts";

/** Operations as functions. Each accepts known numbers too; what is made of known numbers only may enter any model. */
function apply(name: UnaryName): (x: Operand) => Node {
  return (x) => makeNode(unary(name, own(x)));
}

function own(x: Operand): Value {
  return toValue(graphOf([x]), x);
}

export const neg: (x: Operand) => Node = apply("negate");
export const exp: (x: Operand) => Node = apply("exp");
/** Natural logarithm. */
export const log: (x: Operand) => Node = apply("log");
/** log(1 + x). */
export const log1p: (x: Operand) => Node = apply("log1p");
/** exp(x) - 1. */
export const expm1: (x: Operand) => Node = apply("expm1");
export const sqrt: (x: Operand) => Node = apply("sqrt");
export const square: (x: Operand) => Node = apply("square");
/** log(1 + exp(x)). */
export const softplus: (x: Operand) => Node = apply("softplus");
/** 1 / (1 + exp(-x)). */
export const inverseLogit: (x: Operand) => Node = apply("inverseLogit");
/** log(p / (1 - p)). */
export const logit: (x: Operand) => Node = apply("logit");
export const tanh: (x: Operand) => Node = apply("tanh");
export const sin: (x: Operand) => Node = apply("sin");
export const cos: (x: Operand) => Node = apply("cos");
/** |x|; slope 0 at 0. */
export const abs: (x: Operand) => Node = apply("abs");
/** log Γ(x), for x above 0. */
export const logGamma: (x: Operand) => Node = apply("logGamma");

export function add(a: Operand, b: Operand): Node {
  return makeNode(binary("add", a, b));
}

/** a - b. */
export function sub(a: Operand, b: Operand): Node {
  return makeNode(binary("subtract", a, b));
}

/** a × b, element by element. */
export function mul(a: Operand, b: Operand): Node {
  return makeNode(binary("multiply", a, b));
}

/** a / b, element by element. */
export function div(a: Operand, b: Operand): Node {
  return makeNode(binary("divide", a, b));
}

/** base to the power of exponent, element by element. */
export function pow(base: Operand, exponent: Operand): Node {
  return makeNode(binary("power", base, exponent));
}

/** The smaller of the two, element by element; smooth but where they are equal. */
export function min(a: Operand, b: Operand): Node {
  return makeNode(binary("minimum", a, b));
}

/** The larger of the two, element by element; smooth but where they are equal. */
export function max(a: Operand, b: Operand): Node {
  return makeNode(binary("maximum", a, b));
}

/** The sum of the numbers of a vector or matrix; of a value that is neither, of all elements. */
export function sum(x: Operand): Node {
  return makeNode(contraction.reduce("sum", own(x)));
}

/** The mean, over what `sum` adds up. */
export function mean(x: Operand): Node {
  return makeNode(contraction.mean(own(x)));
}

/** log Σ exp without overflow, over what `sum` adds up. */
export function logSumExp(x: Operand): Node {
  return makeNode(contraction.reduce("logSumExp", own(x)));
}

/** Σ_k a_k b_k of two vectors, over the plates of both; of values that are no vectors, over all elements. */
export function dot(a: Operand, b: Operand): Node {
  return makeNode(contraction.dot(a, b));
}

/**
 * matrix × vector. Rows of known numbers (n × K) give one number a row. A matrix that is one value (a Cholesky factor,
 * K × K) gives a vector, over the plates of both. The vector may be a value over one plate or plain numbers.
 * @throws PoolishError naming both shapes.
 */
export function matVec(matrix: Operand, vector: Operand): Node {
  return makeNode(contraction.matVec(matrix, vector));
}

/**
 * diag(vector) × matrix: scales row i by number i, e.g. standard deviations times the Cholesky factor of correlations.
 * @throws PoolishError naming both shapes.
 */
export function diagMul(vector: Operand, matrix: Operand): Node {
  return makeNode(contraction.diagMul(vector, matrix));
}

/** A vector out of numbers, or a matrix out of vectors (its rows), over the plates and trials of the parts. */
export function stack(...parts: Operand[]): Node {
  return makeNode(stackParts(parts));
}

/** A value whose innermost plate (or data axis) becomes the axis of a vector: `vector([1, 2, 3])`, `vector(share)`. */
export function vector(x: Operand): Node {
  return makeNode(contraction.vector(own(x)));
}
