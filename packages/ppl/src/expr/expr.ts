import { PoolishError } from "@poolish/core";
import {
  type ConstantNode,
  create,
  type FunctionNode,
  type MathNode,
  type OperatorNode,
  type ParenthesisNode,
  parseDependencies,
  type SymbolNode,
} from "mathjs/number";
import { neg } from "../trace/functions.ts";
import { makeNode, type Node, type Operand } from "../trace/node.ts";
import { graphOf, toValue } from "../trace/value.ts";
import { implicitMultiplicationAt } from "./implicitMultiplication.ts";
import { binaryFunctions, constants, operators, unaryFunctions } from "./whitelist.ts";

const { parse } = create(parseDependencies);

/** A text and the values that its names stand for. */
interface Source {
  readonly text: string;
  readonly values: Readonly<Record<string, Operand>>;
}

/**
 * A value of the model written as text: `expr("exp(a) + b * x", { a, b, x: data.x })`. Understands + - * / ^, parentheses,
 * numbers, pi, the names in `values`, and the functions of the language (exp, log, sqrt, softplus, inverseLogit, sum,
 * dot, …); it leaves the same tape as methods do. Parsed by mathjs, of whose language nothing else gets through.
 * @throws PoolishError with the position for what it does not understand, and for implicit multiplication (`2x`, `a b`).
 */
export function expr(text: string, values: Readonly<Record<string, Operand>>): Node {
  const source = { text, values };
  const value = build(source, parseText(source));
  return makeNode(toValue(graphOf([...Object.values(values), value]), value));
}

function parseText({ text }: Source): MathNode {
  const implicit = implicitMultiplicationAt(text);
  if (implicit !== undefined) refuse({ text }, implicit, "two factors stand side by side", "Write * between them.");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = "char" in error && typeof error.char === "number" ? error.char - 1 : undefined;
    const message = error.message.replace(/ \(char \d+\)$/, "");
    return refuse({ text }, at, message.toLowerCase(), "Correct the expression.");
  }
}

function refuse({ text }: Pick<Source, "text">, at: number | undefined, problem: string, remedy: string): never {
  const where = at === undefined || at < 0 ? "" : ` at character ${at + 1}`;
  throw new PoolishError(`${problem}${where}`, { kind: "model", field: `expr("${text}")`, remedy });
}

function build(source: Source, node: MathNode): Operand {
  switch (node.type) {
    case "ConstantNode":
      return constantOf(source, node as ConstantNode);
    case "SymbolNode":
      return symbolOf(source, (node as SymbolNode).name);
    case "ParenthesisNode":
      return build(source, (node as ParenthesisNode).content);
    case "OperatorNode":
      return operation(source, node as OperatorNode<never, never, MathNode[]>);
    case "FunctionNode":
      return call(source, node as FunctionNode);
    default:
      return unknown(source, node.toString());
  }
}

function unknown(source: Source, text: string): never {
  const remedy = "Use + - * / ^, parentheses, numbers, names and functions of one or two arguments.";
  return refuse(source, source.text.indexOf(text), `"${text}" means nothing here`, remedy);
}

function constantOf(source: Source, { value }: ConstantNode): number {
  return typeof value === "number" ? value : unknown(source, String(value));
}

function symbolOf(source: Source, name: string): Operand {
  const { values, text } = source;
  if (Object.hasOwn(values, name)) return values[name];
  const constant = constants.get(name);
  if (constant !== undefined) return constant;
  const known = Object.keys(values).join(", ") || "none";
  return refuse(source, positionOf(text, name), `"${name}" has no value`, `The names are ${known}.`);
}

function positionOf(text: string, name: string): number {
  return text.search(new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`));
}

function operation(source: Source, { fn, op, args }: OperatorNode<never, never, MathNode[]>): Operand {
  const name: string = fn;
  const operands = args.map((arg) => build(source, arg));
  if (name === "unaryPlus") return operands[0];
  if (name === "unaryMinus") return typeof operands[0] === "number" ? -operands[0] : neg(operands[0]);
  const operator = operators.get(name);
  return operator === undefined ? unknown(source, op) : operator(operands[0], operands[1]);
}

function call(source: Source, { fn, args }: FunctionNode): Node {
  const name = fn.name;
  const unary = unaryFunctions.get(name);
  const binary = binaryFunctions.get(name);
  if (unary === undefined && binary === undefined) {
    const known = [...unaryFunctions.keys(), ...binaryFunctions.keys()].join(", ");
    return refuse(
      source,
      positionOf(source.text, name),
      `there is no function "${name}"`,
      `The functions are ${known}.`,
    );
  }
  const wanted = unary === undefined ? 2 : 1;
  if (args.length !== wanted) {
    const problem = `${name} takes ${wanted} argument${wanted === 1 ? "" : "s"}, got ${args.length}`;
    return refuse(source, positionOf(source.text, name), problem, "Correct the call.");
  }
  const [first, second] = args.map((arg) => build(source, arg));
  return unary?.(first) ?? binary?.(first, second) ?? unknown(source, name);
}
