/** Numbers, names, and single other characters. */
const TOKEN = /\s+|0[xXbBoO][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_$][\w$]*|./gsu;

/**
 * Where a factor follows another without an operator (`2x`, `a b`, `(a)(b)`), as a position in `text`; undefined if
 * nowhere. A name before a parenthesis is a call.
 */
export function implicitMultiplicationAt(text: string): number | undefined {
  let before = "";
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (/^\s/.test(token)) continue;
    const isCall = token === "(" && /^[A-Za-z_$]/.test(before);
    if (/[\w$)]$/.test(before) && /^[\w$(.]/.test(token) && token !== "." && !isCall) return index;
    before = token;
  }
  return undefined;
}
