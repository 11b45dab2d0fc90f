import { type FormulaSource, refuseFormula } from "./formulaSource.ts";

/** A word of a formula; `at` and `end` are its zero-based bounds in the text. */
export interface Token {
  readonly kind: "number" | "name" | "text" | "operator" | "end";
  /** The name, operator, number or quoted text, without quotes. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

const SPACE = /\s+/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_][\p{L}\p{N}_.]*/uy;
const OPERATOR = /\*\*|\|\||[~+\-:*/^|(),]/y;
const QUOTES: Readonly<Record<string, Token["kind"]>> = { '"': "text", "'": "text", "`": "name" };

/**
 * The words of a formula, closed by one of kind "end". Names hold letters, digits, `_` and `.`; any other column name
 * stands between backticks. `**` is read as `^`.
 * @throws PoolishError naming the column of a character that formulas do not have, or of a quote without its end.
 */
export function tokenize(source: FormulaSource): Token[] {
  const { text } = source;
  const tokens: Token[] = [];
  let at = matchEnd(SPACE, text, 0);
  while (at < text.length) {
    const token = tokenAt(source, at);
    tokens.push(token);
    at = matchEnd(SPACE, text, token.end);
  }
  tokens.push({ kind: "end", text: "", at: text.length, end: text.length });
  return tokens;
}

function tokenAt(source: FormulaSource, at: number): Token {
  const { text } = source;
  if (text[at] in QUOTES) return quotedAt(source, at);
  const kinds = [
    ["number", NUMBER],
    ["name", NAME],
    ["operator", OPERATOR],
  ] as const;
  for (const [kind, pattern] of kinds) {
    const end = matchEnd(pattern, text, at);
    if (end === at) continue;
    const word = text.slice(at, end);
    return { kind, text: word === "**" ? "^" : word, at, end };
  }
  return refuseFormula(
    source,
    at,
    `"${text[at]}" is not part of the formula language`,
    "Use the operators + - : * / ^ | ||, and put column names with other characters between backticks.",
  );
}

function quotedAt(source: FormulaSource, at: number): Token {
  const { text } = source;
  const close = text.indexOf(text[at], at + 1);
  if (close < 0) {
    refuseFormula(source, at, `the quote ${text[at]} is never closed`, `Close it with another ${text[at]}.`);
  }
  return { kind: QUOTES[text[at]], text: text.slice(at + 1, close), at, end: close + 1 };
}

/** Where a match of the sticky `pattern` that starts at `at` ends; `at` itself if there is none. */
function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
