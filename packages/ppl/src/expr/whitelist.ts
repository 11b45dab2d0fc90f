import {
  abs,
  add,
  cos,
  div,
  dot,
  exp,
  expm1,
  inverseLogit,
  log,
  log1p,
  logGamma,
  logit,
  logSumExp,
  max,
  mean,
  min,
  mul,
  pow,
  sin,
  softplus,
  sqrt,
  square,
  sub,
  sum,
  tanh,
} from "../trace/functions.ts";
import type { Node, Operand } from "../trace/node.ts";

type Unary = (x: Operand) => Node;
type Binary = (a: Operand, b: Operand) => Node;

/** Functions of one argument that a text may call. */
export const unaryFunctions: ReadonlyMap<string, Unary> = new Map<string, Unary>(
  Object.entries({
    abs,
    cos,
    exp,
    expm1,
    inverseLogit,
    log,
    log1p,
    logGamma,
    logit,
    logSumExp,
    mean,
    sin,
    softplus,
    sqrt,
    square,
    sum,
    tanh,
  }),
);

/** Functions of two arguments that a text may call. */
export const binaryFunctions: ReadonlyMap<string, Binary> = new Map<string, Binary>(
  Object.entries({ dot, max, min, pow }),
);

/** Operators, by the names that mathjs gives them. */
export const operators: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ["add", add],
  ["subtract", sub],
  ["multiply", mul],
  ["divide", div],
  ["pow", pow],
]);

export const constants: ReadonlyMap<string, number> = new Map([["pi", Math.PI]]);
