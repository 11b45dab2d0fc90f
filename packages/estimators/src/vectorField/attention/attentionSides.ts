import { type AttentionGroups, columnsOf, type Indices, type Matrix, rowsOf } from "@poolish/kernels";
import type { WholeMatrix } from "../../network/hiddenLayers.ts";

/** Queries, keys and values side by side of the tokens of rows: what groups of a row attend to beside themselves. */
export interface RowContext {
  readonly tokens: WholeMatrix;
  /** Their adjoints; groups ADD to those of keys and values. */
  readonly adjoint: WholeMatrix;
  readonly tokensPerRow: number;
}

/** What queries attend to: keys of the row, or those of their own group. Their probabilities stand from column `first` on. */
export interface Side {
  readonly groups: AttentionGroups;
  readonly first: number;
  readonly keys: Matrix;
  readonly values: Matrix;
  readonly keyAdjoints: Matrix;
  readonly valueAdjoints: Matrix;
}

/** Which third of the columns. */
const PARTS = { queries: 0, keys: 1, values: 2 } as const;

/** The queries, keys or values of tokens; of the tangents from row `first` on, `count` of them, where they are given. */
export function partOf(
  tokens: Matrix,
  part: keyof typeof PARTS,
  rows?: { readonly first: number; readonly count: number },
): Matrix {
  const width = tokens.columns / 3;
  const columns = columnsOf(tokens, PARTS[part] * width, width);
  return rows === undefined ? columns : rowsOf(columns, rows.first, rows.count);
}

/** The columns of probabilities, or of what belongs to them, that stand for the keys of a side. */
export function columnsOfSide(matrix: Matrix, { first, groups }: Side): Matrix {
  return columnsOf(matrix, first, groups.numKeys);
}

/** The row's side, where there is one, and the group's own, which is the last. */
export function sidesOf(
  tokens: Matrix,
  adjoint: Matrix,
  context: RowContext | undefined,
  rowOf: Indices | null,
  own: AttentionGroups,
): Side[] {
  const side = (keys: Matrix, adjoints: Matrix, groups: AttentionGroups, first: number): Side => ({
    groups,
    first,
    keys: partOf(keys, "keys"),
    values: partOf(keys, "values"),
    keyAdjoints: partOf(adjoints, "keys"),
    valueAdjoints: partOf(adjoints, "values"),
  });
  const tokensPerRow = context?.tokensPerRow ?? 0;
  const ownSide = side(tokens, adjoint, own, tokensPerRow);
  if (context === undefined) return [ownSide];
  const groups = { ...own, numKeys: tokensPerRow, rowOf };
  return [side(context.tokens.matrix, context.adjoint.matrix, groups, 0), ownSide];
}
