import { PoolishError } from "@poolish/core";
import { isSyntaxTree, type SyntaxTree } from "../host/syntaxTree.ts";
import type { Finding } from "./finding.ts";
import { type ForeignNames, mixedCalls } from "./mixedCalls.ts";
import { unsupportedSyntax } from "./unsupportedSyntax.ts";

/** Of more than this many, the first are enough to begin with. */
const MAX_SHOWN = 5;

/**
 * Refuses what WebPPL's compiler cannot compile, and what it compiles to something that silently goes wrong.
 * @throws PoolishError with a line of its own for each finding, in the order of the program.
 */
export function lintProgram(tree: SyntaxTree, foreign: ForeignNames): void {
  const findings = [...unsupportedSyntax(tree), ...lastStatement(tree), ...mixedCalls(tree, foreign)];
  if (findings.length > 0) throw lintError([...findings].sort((a, b) => a.line - b.line));
}

/** The error for a program that is no JavaScript: `message` is the parser's, "Line 3: Unexpected token". */
export function parseError(message: string, source: string, cause: unknown): PoolishError {
  const [, line = "1", problem = message] = /^Line (\d+): (.*)$/.exec(message) ?? [];
  const text = source.split("\n")[Number(line) - 1] ?? "";
  return lintError([{ line: Number(line), message: `${lowerFirst(problem)}${hintFor(text)}` }], cause);
}

function lintError(findings: readonly Finding[], cause?: unknown): PoolishError {
  const shown = [...new Set(findings.map(({ line, message }) => `line ${line}: ${message}`))];
  const rest = shown.length > MAX_SHOWN ? [`… and ${shown.length - MAX_SHOWN} more`] : [];
  const error = new PoolishError([...shown.slice(0, MAX_SHOWN), ...rest].join("\n"), { kind: "model", cause });
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** WebPPL returns the value of the last statement; of an `if` it reads the branches, which must be blocks. */
function lastStatement({ body }: SyntaxTree): readonly Finding[] {
  const last: unknown = Array.isArray(body) ? body.at(-1) : undefined;
  if (!isSyntaxTree(last) || last.type !== "IfStatement") return [];
  const branches = [last.consequent, last.alternate].filter(isSyntaxTree);
  if (branches.every(({ type }) => type === "BlockStatement" || type === "IfStatement")) return [];
  const message = "the branches of an if at the end of a program need braces: if (a) { b } else { c }";
  return [{ line: last.loc?.start.line ?? 1, message }];
}

/** Newer JavaScript that the parser does not read, by what gives it away. */
const NEWER: readonly (readonly [RegExp, string])[] = [
  [/\basync\b|\bawait\b/, "async functions are not part of WebPPL"],
  [/\?\./, "optional chaining (?.) is not part of WebPPL: test for undefined"],
  [/\?\?/, "?? is not part of WebPPL: write x === undefined ? y : x"],
  [/\*\*/, "** is not part of WebPPL: write Math.pow(x, y)"],
  [/\.\.\./, "spread (...) is not part of WebPPL: use xs.concat(ys) or extend(object, other)"],
  [/\d_\d/, "separators in numbers are not part of WebPPL: write 1000"],
  [/^\s*return\b/, "return belongs into a function; a program's value is that of its last line"],
];

function hintFor(text: string): string {
  const hint = NEWER.find(([pattern]) => pattern.test(text));
  return hint === undefined ? "" : ` (${hint[1]})`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
