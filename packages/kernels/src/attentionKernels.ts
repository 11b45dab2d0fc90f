import type { Indices, Matrix } from "./matrix.ts";

/**
 * Groups of rows that attend to one another: each has `numQueries` queries and `numKeys` keys, in heads that divide the columns (a
 * multiple of 4 each). Keys of group g stand from row numKeys·rowOf[g] on, of numKeys·g where `rowOf` is null.
 */
export interface AttentionGroups {
  readonly count: number;
  readonly numHeads: number;
  readonly numQueries: number;
  readonly numKeys: number;
  readonly rowOf: Indices | null;
}

/**
 * The products of attention (Vaswani et al. 2017, §3.2). Queries are numQueries rows a group; weights and scores have a row for each
 * (group, head, query) and a column for each key. All may be views of wider matrices. Everything is ADDED.
 */
export interface AttentionKernels {
  /** scores += factor · queries·keysᵀ, head by head. */
  attentionScores(queries: Matrix, keys: Matrix, groups: AttentionGroups, factor: number, scores: Matrix): void;
  /** results += factor · weights·values, one row for each query. */
  attentionMixture(weights: Matrix, values: Matrix, groups: AttentionGroups, factor: number, results: Matrix): void;
  /** keys += factor · weightsᵀ·x: the adjoint of the others. Groups of one row of keys add up. */
  attentionSpread(weights: Matrix, x: Matrix, groups: AttentionGroups, factor: number, keys: Matrix): void;
}
