import { type CountMixtureKernel, createCountMixtureKernel } from "@poolish/kernels";
import { createFaintTerms } from "./faintTerms.ts";

/** The terms that an evaluation is over: term i is the count between edges lower[i] and upper[i], in row rowOfTerm[i]. */
export interface CountTerms {
  readonly numTerms: number;
  readonly rowOfTerm: Int32Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * A mixture of K normals on the standardised scale of counts, discretised: the mass of a count is that of its interval.
 * Its components sit at location + scale · offset_j with standard deviation scale · exp(logSpread_j), so that a change of
 * θ moves the whole shape, and only what is left must change the shape itself.
 *
 * Outputs of the network for one θ row, 3K + 2 numbers: K logits of weights, K offsets, K logSpreads, location, logScale.
 * After Salimans et al. 2017 (PixelCNN++, arXiv:1701.05517, eq. 2), with normals for logistics.
 */
export interface CountMixture {
  readonly numOutputs: number;
  /** Rows × numOutputs, row-major: to be filled before `evaluate`. */
  readonly outputs: Float64Array;
  /** Same layout: filled by `pullback`. */
  readonly outputGradient: Float64Array;
  /**
   * Overwrites logTerms[0 … numTerms) with log-masses, right however far out: -Infinity, with derivatives of zero, only
   * where even the logarithm leaves the range of doubles. NaN for a row with NaN.
   */
  evaluate(numRows: number, terms: CountTerms, logTerms: Float64Array): void;
  /** Overwrites the rows of `outputGradient` with Σ adjoint_i ∂ logTerm_i / ∂outputs, at the last `evaluate`. */
  pullback(adjoint: Float64Array): void;
}

/** Allocates the mixture for up to `maxRows` rows and `maxTerms` terms. */
export function createCountMixture(numComponents: number, maxRows: number, maxTerms: number): CountMixture {
  const kernel = createCountMixtureKernel({ numComponents, maxRows, maxTerms });
  const faint = createFaintTerms(numComponents);
  let currentTerms = 0;
  return {
    numOutputs: kernel.numOutputs,
    outputs: kernel.outputs,
    outputGradient: kernel.outputGradient,
    evaluate(numRows, terms, logTerms) {
      currentTerms = terms.numTerms;
      copyTerms(terms, kernel);
      const numFaint = kernel.evaluate(numRows, currentTerms);
      copy(kernel.logTerms, logTerms, currentTerms);
      faint.evaluate(kernel.faintTerms, numFaint, kernel, logTerms);
    },
    pullback(adjoint) {
      copy(adjoint, kernel.adjoint, currentTerms);
      kernel.pullback();
      faint.pullback(adjoint, kernel.outputGradient);
    },
  };
}

function copy(from: Float64Array, to: Float64Array, length: number): void {
  for (let i = 0; i < length; i++) to[i] = from[i];
}

function copyTerms({ numTerms, rowOfTerm, lower, upper }: CountTerms, to: CountMixtureKernel): void {
  for (let i = 0; i < numTerms; i++) {
    to.rowOfTerm[i] = rowOfTerm[i];
    to.lower[i] = lower[i];
    to.upper[i] = upper[i];
  }
}
