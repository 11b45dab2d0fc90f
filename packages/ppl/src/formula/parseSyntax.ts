import { type FormulaSource, refuseFormula } from "./formulaSource.ts";
import { BINDING, type BinaryOperator, SIGN_BINDING, type Syntax } from "./syntax.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** The words of a formula and how far they have been read. */
interface Reader {
  readonly source: FormulaSource;
  readonly tokens: readonly Token[];
  next: number;
}

/**
 * Reads a formula by operator precedence (Pratt, "Top down operator precedence", 1973). Arithmetic inside calls and
 * the algebra of terms outside of them share one grammar; what an operator means is settled later.
 * @throws PoolishError with the column of the first word that does not fit.
 */
export function parseSyntax(source: FormulaSource): Syntax {
  const reader: Reader = { source, tokens: tokenize(source), next: 0 };
  if (reader.tokens.length === 1) refuseFormula(source, 0, "the formula is empty", 'Write "1" for an intercept alone.');
  const left = readExpression(reader, BINDING["+"]);
  const tilde = peek(reader);
  if (tilde.text !== "~") return finished(reader, left);
  take(reader);
  const right = readExpression(reader, BINDING["+"]);
  return finished(reader, { kind: "binary", operator: "~", left, right, at: tilde.at });
}

/** `syntax`, when the formula ends there. */
function finished({ source, tokens, next }: Reader, syntax: Syntax): Syntax {
  const { kind, text, at } = tokens[next];
  if (kind === "end") return syntax;
  if (text === ")") refuseFormula(source, at, '")" closes nothing', 'Remove it, or add the "(" before.');
  if (text === "|" || text === "||") {
    refuseFormula(source, at, `"${text}" stands outside parentheses`, "Write group terms as (1 + x | group).");
  }
  if (text === "~") refuseFormula(source, at, 'a second "~"', "A formula has one left side.");
  return refuseFormula(
    source,
    at,
    `"${text}" follows without an operator`,
    "Join terms with +, : or *; put column names with spaces between backticks.",
  );
}

function peek({ tokens, next }: Reader): Token {
  return tokens[next];
}

function take(reader: Reader): Token {
  const token = peek(reader);
  if (token.kind !== "end") reader.next++;
  return token;
}

function readExpression(reader: Reader, binding: number): Syntax {
  let left = readOperand(reader);
  for (;;) {
    const { kind, text, at } = peek(reader);
    if (kind !== "operator" || !isBinary(text)) return left;
    const own = BINDING[text];
    if (own < binding) return left;
    take(reader);
    // Equal operators group to the left, powers to the right.
    const right = readExpression(reader, text === "^" ? own : own + 1);
    left = { kind: "binary", operator: text, left, right, at };
  }
}

function isBinary(text: string): text is BinaryOperator {
  return Object.hasOwn(BINDING, text);
}

function readOperand(reader: Reader): Syntax {
  const token = take(reader);
  const { kind, text, at } = token;
  if (kind === "number") return { kind, value: Number(text), at };
  if (kind === "text") return { kind, value: text, at };
  if (kind === "name")
    return peek(reader).text === "(" && isOperator(peek(reader)) ? readCall(reader, token) : { kind, name: text, at };
  if (text === "+" || text === "-") {
    return { kind: "sign", operator: text, operand: readExpression(reader, SIGN_BINDING), at };
  }
  // "~ 1 + x": the left side of a formula may be left out.
  if (text === "~" && reader.next === 1) return readExpression(reader, BINDING["+"]);
  if (text === "(") {
    const inner = readExpression(reader, 0);
    readClose(reader, at);
    return inner;
  }
  const what =
    kind === "end" ? "the formula ends where a term is expected" : `"${text}" stands where a term is expected`;
  return refuseFormula(reader.source, at, what, "Put a column name, a number or a parenthesis here.");
}

function isOperator({ kind }: Token): boolean {
  return kind === "operator";
}

function readCall(reader: Reader, { text, at }: Token): Syntax {
  const open = take(reader);
  const inputs: Syntax[] = [];
  if (peek(reader).text !== ")" || !isOperator(peek(reader))) {
    do inputs.push(readExpression(reader, 0));
    while (takeComma(reader));
  }
  readClose(reader, open.at);
  return { kind: "call", name: text, inputs, at };
}

function takeComma(reader: Reader): boolean {
  const isComma = isOperator(peek(reader)) && peek(reader).text === ",";
  if (isComma) take(reader);
  return isComma;
}

function readClose(reader: Reader, open: number): void {
  const { kind, text, at } = take(reader);
  if (kind === "operator" && text === ")") return;
  if (kind === "end") refuseFormula(reader.source, open, '"(" is never closed', 'Add the missing ")".');
  refuseFormula(
    reader.source,
    at,
    `"${text}" stands where ")" or an operator is expected`,
    "Add the operator or the parenthesis.",
  );
}
