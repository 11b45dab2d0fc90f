export interface CountMixtureKernelOptions {
  /** K, at least 1. */
  readonly numComponents: number;
  /** θ rows and terms of one evaluation at most. */
  readonly maxRows: number;
  readonly maxTerms: number;
}

/**
 * The discretised mixture of K normals in float64 (f64x2): log-masses of all terms of all rows in one call, and their
 * pullback to the outputs of a network in another. One instance belongs to one thread and owns its memory, which never
 * moves: the arrays are views of it, filled by the caller before a call and read after it.
 *
 * Outputs of a row, numOutputs = 3K + 2 numbers: K logits of weights, K offsets, K logSpreads, location, logScale. Component
 * j is normal with center location + scale·offset_j and standard deviation scale·exp(logSpread_j), scale = exp(logScale).
 *
 * There are no fused operations: results have the same bits in every engine. Those of a term depend on its own row and
 * edges alone, those of a row's gradient on its own terms and their order.
 */
export interface CountMixtureKernel {
  readonly numOutputs: number;
  /** maxRows × numOutputs, row-major. */
  readonly outputs: Float64Array;
  /**
   * maxTerms each: the row of a term and the edges of its interval, lower < upper, which may be infinite. Terms of one row
   * should stand together in rising order: neighbours share the work for their common edge.
   */
  readonly rowOfTerm: Int32Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** maxTerms. */
  readonly logTerms: Float64Array;
  /** maxTerms: the indices that `evaluate` counts, in rising order. */
  readonly faintTerms: Int32Array;
  /** maxTerms. */
  readonly adjoint: Float64Array;
  /** maxRows × numOutputs, row-major. */
  readonly outputGradient: Float64Array;
  /**
   * Overwrites logTerms[0 … numTerms) with the log-masses and returns how many terms are faint: their mass is NaN or at
   * most 1e-200, where it would lose digits. They get NaN, and whoever calls must work in logarithms for them.
   *
   * Error of a log-mass: 2·Σ_j weight_j · T_j · e_j / mass + 4e-16 · (1 + |log-mass|), where T_j is what component j has
   * beyond the inner edge (1 where the interval is around its center) and e_j = 6e-15 + 2e-15 · (1 + |z|) · (|z| + (|edge| +
   * |location| + |scale · offset_j|) / deviation_j), z = (edge − center_j) / deviation_j: rounding of z does most of it.
   * Beyond |z| = 33.3 a component's mass and density are as there, below 2e-241; scales of e^±708 and beyond are 0 or ∞.
   * @throws Error for a row outside [0, numRows), or more rows or terms than there is room for.
   */
  evaluate(numRows: number, numTerms: number): number;
  /**
   * Overwrites the first numRows rows of `outputGradient` with Σ adjoint_i ∂ logTerm_i / ∂outputs over the terms that are
   * not faint, at the last `evaluate`, of which `outputs`, edges and rows need not be kept, but `rowOfTerm` must.
   */
  pullback(): void;
}
