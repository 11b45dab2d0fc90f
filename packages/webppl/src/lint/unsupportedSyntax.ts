import { isSyntaxTree, type SyntaxTree, walkSyntaxTree } from "../host/syntaxTree.ts";
import type { Finding } from "./finding.ts";

const LOOPS = "loops are not part of WebPPL: use map, mapN, repeat, reduce or a recursive function";
const PATTERNS = "destructuring is not part of WebPPL: take the parts one by one, var a = pair[0]";
const CLASSES = "classes are not part of WebPPL: use objects, { name: value }";
const TEMPLATES = "template strings are not part of WebPPL: add the parts, 'mu = ' + mu";
const EXCEPTIONS = "exceptions are not part of WebPPL: return a value that says what went wrong";
const MODULES = "import and export are not part of WebPPL: load packages with --require";
const JUMPS = "break and continue are not part of WebPPL: use if and recursive functions";

/** What WebPPL's compiler does not know, by type of syntax tree node, with what to write instead. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  ArrowFunctionExpression: "arrow functions are not part of WebPPL: write function(x) { return …; }",
  FunctionDeclaration: "function declarations are not part of WebPPL: write var f = function(x) { … };",
  TemplateLiteral: TEMPLATES,
  TaggedTemplateExpression: TEMPLATES,
  SpreadElement: "spread (...) is not part of WebPPL: use xs.concat(ys), or f.apply through applyd",
  RestElement: "rest parameters (...) are not part of WebPPL: pass an array",
  AssignmentPattern: "default values of parameters are not part of WebPPL: test for undefined in the function",
  ObjectPattern: PATTERNS,
  ArrayPattern: PATTERNS,
  ForStatement: LOOPS,
  ForInStatement: LOOPS,
  ForOfStatement: LOOPS,
  WhileStatement: LOOPS,
  DoWhileStatement: LOOPS,
  BreakStatement: JUMPS,
  ContinueStatement: JUMPS,
  LabeledStatement: JUMPS,
  SwitchStatement: "switch is not part of WebPPL: use if … else if … else",
  TryStatement: EXCEPTIONS,
  ThrowStatement: EXCEPTIONS,
  NewExpression: "new is not part of WebPPL: call a function of a package that makes the object",
  ClassDeclaration: CLASSES,
  ClassExpression: CLASSES,
  ThisExpression: "this is not part of WebPPL: pass the object as an argument",
  UpdateExpression: "++ and -- are not part of WebPPL, where variables never change: write var y = x + 1",
  SequenceExpression: "the comma operator is not part of WebPPL: write one statement each",
  YieldExpression: "generators are not part of WebPPL: return an array",
  WithStatement: "with is not part of WebPPL: name the object",
  ImportDeclaration: MODULES,
  ExportNamedDeclaration: MODULES,
  ExportDefaultDeclaration: MODULES,
  ExportAllDeclaration: MODULES,
};

/** Everything in `tree` that WebPPL's compiler would stop at with an unhelpful message, or would compile wrongly. */
export function unsupportedSyntax(tree: SyntaxTree): readonly Finding[] {
  const findings: Finding[] = [];
  walkSyntaxTree(tree, (node, parent) => {
    const message = UNSUPPORTED[node.type] ?? unsupportedForm(node, parent);
    if (message !== undefined) findings.push({ line: node.loc?.start.line ?? 1, message });
  });
  return findings;
}

/** Nodes of a supported type in a form that is not. */
function unsupportedForm(node: SyntaxTree, parent: SyntaxTree): string | undefined {
  switch (node.type) {
    case "AssignmentExpression":
      return unsupportedAssignment(node);
    case "BinaryExpression":
      return node.operator === "**" ? "** is not part of WebPPL: write Math.pow(x, y)" : undefined;
    case "VariableDeclaration":
      return unsupportedDeclaration(node, parent);
    case "FunctionExpression":
      return node.generator === true ? UNSUPPORTED.YieldExpression : undefined;
    case "Property":
      return unsupportedProperty(node);
    case "CallExpression":
      return unsupportedCallee(node.callee);
    default:
      return undefined;
  }
}

/** Variables of a loop have no value of their own; the loop has been reported already. */
function unsupportedDeclaration({ declarations }: SyntaxTree, parent: SyntaxTree): string | undefined {
  if (/^For/.test(parent.type) || !Array.isArray(declarations)) return undefined;
  const isComplete = declarations.every((declarator) => isSyntaxTree(declarator) && isSyntaxTree(declarator.init));
  return isComplete ? undefined : "a variable without a value is not part of WebPPL: write var x = …";
}

function unsupportedAssignment({ left, operator }: SyntaxTree): string | undefined {
  if (!isSyntaxTree(left) || left.type === "ObjectPattern" || left.type === "ArrayPattern") return undefined;
  const isGlobalStore =
    left.type === "MemberExpression" && isSyntaxTree(left.object) && left.object.name === "globalStore";
  if (isGlobalStore) return undefined;
  if (left.type === "MemberExpression") {
    return "assignment to a property is not part of WebPPL: make a new object, extend(object, { name: value }), or use globalStore";
  }
  const name = String(left.name);
  const value = operator === "=" ? "…" : `${name} ${String(operator).slice(0, -1)} …`;
  return `assignment (${name} ${String(operator)}) is not part of WebPPL, where variables never change: write var other = ${value}, or use globalStore.${name}`;
}

function unsupportedProperty({ computed, kind }: SyntaxTree): string | undefined {
  if (computed === true) return "computed names of properties are not part of WebPPL: use _.fromPairs([[name, value]])";
  return kind === "get" || kind === "set" ? "getters and setters are not part of WebPPL: use a function" : undefined;
}

const CALLEES: ReadonlySet<string> = new Set([
  "FunctionExpression",
  "Identifier",
  "CallExpression",
  "ConditionalExpression",
  "MemberExpression",
]);

function unsupportedCallee(callee: unknown): string | undefined {
  if (!isSyntaxTree(callee) || CALLEES.has(callee.type) || UNSUPPORTED[callee.type] !== undefined) return undefined;
  return "WebPPL cannot call an expression of this form: give the function a name first, var f = …; f(x)";
}
