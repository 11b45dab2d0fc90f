import type { FormulaSource } from "./formulaSource.ts";
import type { Syntax } from "./syntax.ts";

/** One column or arithmetic expression that a term multiplies. Equal labels mean equal factors. */
export interface TermFactor {
  readonly label: string;
  readonly syntax: Syntax;
  /** Zero-based place in the formula. */
  readonly at: number;
}

/** A product of factors: `x:condition`. The intercept is the empty product. */
export interface Term {
  readonly factors: readonly TermFactor[];
}

/** `(terms | factors)`: coefficients that vary over the combinations of the grouping columns. */
export interface GroupTerm {
  readonly terms: readonly Term[];
  /** Grouping columns: one, or several for `g:h`. */
  readonly factors: readonly TermFactor[];
  /** False for `||`: the coefficients of a group are independent of each other. */
  readonly isCorrelated: boolean;
  readonly at: number;
}

/** What a formula means: its terms, intercept first and then by their order, and its group terms as written. */
export interface Formula {
  readonly source: FormulaSource;
  /** The left side, where the formula has one. */
  readonly response?: string;
  readonly terms: readonly Term[];
  readonly groups: readonly GroupTerm[];
}

/** The name of a term: "Intercept", "x", "x:condition". */
export function labelOf({ factors }: Term): string {
  return factors.length === 0 ? "Intercept" : factors.map(({ label }) => label).join(":");
}

/** The grouping factor of a group term: "subject", "school:class". */
export function groupingOf({ factors }: GroupTerm): string {
  return factors.map(({ label }) => label).join(":");
}
