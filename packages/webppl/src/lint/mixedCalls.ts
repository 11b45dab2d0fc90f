import { isSyntaxTree, type SyntaxTree, walkSyntaxTree } from "../host/syntaxTree.ts";
import { type DeclaredNames, declaredNames } from "./declaredNames.ts";
import type { Finding } from "./finding.ts";

/** Methods of arrays and of lodash that call the function they are given, in JavaScript's way. */
const CALLBACK_METHODS: ReadonlySet<string> = new Set(
  (
    "map filter forEach each reduce reduceRight some every find findIndex flatMap sort sortBy orderBy groupBy keyBy " +
    "countBy partition mapValues mapKeys pickBy omitBy times sumBy meanBy minBy maxBy uniqBy uniqWith differenceBy " +
    "intersectionBy unionBy reject remove takeWhile dropWhile zipWith transform"
  ).split(" "),
);

/** What the global scope knows about names that a program does not declare. */
export interface ForeignNames {
  /** A function of JavaScript itself, such as parseInt. */
  isFunction(name: string): boolean;
  /** A function that is a property of a global object, such as Math.exp. */
  isMethod(object: string, property: string): boolean;
}

/**
 * Calls between WebPPL and JavaScript that compile and then go wrong without a word: a JavaScript function called by
 * its bare name never calls the continuation it is given; a WebPPL function called by JavaScript takes its first
 * arguments for a store and a continuation.
 */
export function mixedCalls(tree: SyntaxTree, foreign: ForeignNames): readonly Finding[] {
  const names = declaredNames(tree);
  const findings: Finding[] = [];
  walkSyntaxTree(tree, (node) => {
    if (node.type !== "CallExpression" || !isSyntaxTree(node.callee)) return;
    const message = mixedCall(node, node.callee, names, foreign);
    if (message !== undefined) findings.push({ line: node.loc?.start.line ?? 1, message });
  });
  return findings;
}

function mixedCall(
  call: SyntaxTree,
  callee: SyntaxTree,
  names: DeclaredNames,
  foreign: ForeignNames,
): string | undefined {
  if (callee.type === "Identifier") {
    const name = String(callee.name);
    const property = names.properties.get(name);
    if (property !== undefined && isForeignProperty(property, names, foreign)) return aliasCall(name, property);
    if (!names.all.has(name) && foreign.isFunction(name)) return bareCall(name);
    return LIBRARY.has(name) && !names.all.has(name) ? foreignArgument(name, call, names, foreign) : undefined;
  }
  if (callee.type !== "MemberExpression" || !isSyntaxTree(callee.property)) return undefined;
  const method = callee.computed === true ? undefined : String(callee.property.name);
  const object = isSyntaxTree(callee.object) ? String(callee.object.name ?? "") : "";
  if (method !== undefined && names.methods.has(`${object}.${method}`)) return ownMethod(object, method);
  return method !== undefined && CALLBACK_METHODS.has(method) && passesFunction(call, names)
    ? callback(object, method)
    : undefined;
}

/** WebPPL's own functions that call the functions they are given. */
const LIBRARY: ReadonlySet<string> = new Set(
  (
    "map map2 mapN mapIndexed mapObject mapData filter find reduce all any sort groupBy repeat expectation remove " +
    "cache mem apply Infer"
  ).split(" "),
);

function foreignArgument(
  name: string,
  call: SyntaxTree,
  names: DeclaredNames,
  foreign: ForeignNames,
): string | undefined {
  const given: readonly unknown[] = Array.isArray(call.arguments) ? call.arguments : [];
  const passed = given.filter(isSyntaxTree).find((argument) => isForeignArgument(argument, names, foreign));
  if (passed === undefined) return undefined;
  const { object, property } = passed;
  const bare = String(passed.name);
  const [text, callable] =
    isSyntaxTree(object) && isSyntaxTree(property)
      ? [`${object.name}.${property.name}`, `${object.name}.${property.name}`]
      : [bare, callableName(bare)];
  return `${text} is a plain JavaScript function, which WebPPL's ${name} cannot call: wrap it, function(x) { return ${callable}(x); }`;
}

function isForeignArgument(argument: SyntaxTree, names: DeclaredNames, foreign: ForeignNames): boolean {
  const { type, object, property, computed, name } = argument;
  if (type === "Identifier") return !names.all.has(String(name)) && foreign.isFunction(String(name));
  if (type !== "MemberExpression" || computed === true || !isSyntaxTree(object) || !isSyntaxTree(property))
    return false;
  return isForeignProperty([String(object.name), String(property.name)], names, foreign);
}

function isForeignProperty(
  [object, property]: readonly [string, string],
  names: DeclaredNames,
  foreign: ForeignNames,
): boolean {
  return !names.all.has(object) && foreign.isMethod(object, property);
}

function aliasCall(name: string, [object, property]: readonly [string, string]): string {
  return `${name} is the plain JavaScript function ${object}.${property}, which WebPPL cannot call by a bare name: write ${object}.${property}(…)`;
}

function passesFunction(call: SyntaxTree, names: DeclaredNames): boolean {
  const given: readonly unknown[] = Array.isArray(call.arguments) ? call.arguments : [];
  return given.filter(isSyntaxTree).some(({ type, name }) => {
    return type === "FunctionExpression" || (type === "Identifier" && names.functions.has(String(name)));
  });
}

/** Where lodash, which every program has as _, does the same. */
const IN_LODASH: Readonly<Record<string, string>> = {
  parseInt: "_.parseInt",
  parseFloat: "_.toNumber",
  Number: "_.toNumber",
  String: "_.toString",
  isNaN: "_.isNaN",
  isFinite: "_.isFinite",
};

function bareCall(name: string): string {
  return `${name} is a plain JavaScript function, which WebPPL cannot call by its bare name: write ${callableName(name)}(…)`;
}

function callableName(name: string): string {
  return IN_LODASH[name] ?? `_top.${name}`;
}

function callback(object: string, method: string): string {
  const call = object === "" ? `.${method}` : `${object}.${method}`;
  return `${call} is JavaScript and cannot call a WebPPL function: use WebPPL's own map, mapIndexed, filter, reduce, sort, find, …`;
}

function ownMethod(object: string, method: string): string {
  return `${object}.${method}(…) calls a WebPPL function as a method, which WebPPL cannot do: write var f = ${object}.${method}; f(…)`;
}
