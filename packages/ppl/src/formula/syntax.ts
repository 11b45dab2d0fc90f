export type BinaryOperator = "~" | "|" | "||" | "+" | "-" | "*" | "/" | ":" | "^";

/** What a formula says before anyone asks what it means. `at` is the zero-based place that messages point to. */
export type Syntax =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly inputs: readonly Syntax[]; readonly at: number }
  | { readonly kind: "sign"; readonly operator: "+" | "-"; readonly operand: Syntax; readonly at: number }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Syntax;
      readonly right: Syntax;
      /** Where the operator stands. */
      readonly at: number;
    };

/**
 * How tightly an operator binds, as in R (help("Syntax")): `:` before `*` and `/`, and the bars after everything but `~`.
 * Signs stand between `:` and `^`.
 */
export const BINDING: Readonly<Record<BinaryOperator, number>> = {
  "~": 1,
  "|": 2,
  "||": 2,
  "+": 3,
  "-": 3,
  "*": 4,
  "/": 4,
  ":": 5,
  "^": 7,
};
export const SIGN_BINDING = 6;

/** Where the first word of `syntax` stands. */
export function startOf(syntax: Syntax): number {
  return syntax.kind === "binary" ? startOf(syntax.left) : syntax.at;
}

const TIGHT: ReadonlySet<BinaryOperator> = new Set(["/", ":", "^"]);

/** The one spelling of `syntax`, without needless spaces and parentheses: what columns are called. */
export function textOf(syntax: Syntax): string {
  switch (syntax.kind) {
    case "number":
      return String(syntax.value);
    case "text":
      return JSON.stringify(syntax.value);
    case "name":
      return syntax.name;
    case "call":
      return `${syntax.name}(${syntax.inputs.map(textOf).join(", ")})`;
    case "sign":
      return `${syntax.operator}${enclosed(syntax.operand, SIGN_BINDING)}`;
    case "binary": {
      const { operator, left, right } = syntax;
      const binding = BINDING[operator];
      const space = TIGHT.has(operator) ? "" : " ";
      // The side on which an operator does not associate needs parentheses at equal binding.
      const [leftNeeds, rightNeeds] = operator === "^" ? [binding + 1, binding] : [binding, binding + 1];
      return `${enclosed(left, leftNeeds)}${space}${operator}${space}${enclosed(right, rightNeeds)}`;
    }
  }
}

function enclosed(syntax: Syntax, binding: number): string {
  const text = textOf(syntax);
  const own = syntax.kind === "binary" ? BINDING[syntax.operator] : syntax.kind === "sign" ? SIGN_BINDING : Infinity;
  return own < binding ? `(${text})` : text;
}
