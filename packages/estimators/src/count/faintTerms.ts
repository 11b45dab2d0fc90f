import { logIntervalMass } from "./logIntervalMass.ts";
import { createMixtureRow, readMixtureRow } from "./mixtureRow.ts";

/** Where the terms of an evaluation are, and the network's outputs (rows × (3K + 2)) that they saw. */
interface FaintSource {
  readonly outputs: Float64Array;
  readonly rowOfTerm: Int32Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** The terms whose mass is too small for a sum of masses: in logarithms, one at a time. They are rare. */
export interface FaintTerms {
  /** Overwrites `logTerms` at the first `count` of `terms`, and remembers them with their derivatives. */
  evaluate(terms: Int32Array, count: number, source: FaintSource, logTerms: Float64Array): void;
  /** ADDS Σ adjoint · ∂ logTerm / ∂outputs over the remembered terms to `outputGradient`. */
  pullback(adjoint: Float64Array, outputGradient: Float64Array): void;
}

export function createFaintTerms(numComponents: number): FaintTerms {
  const row = createMixtureRow(numComponents);
  const numOutputs = 3 * numComponents + 2;
  let remembered: readonly { readonly term: number; readonly row: number }[] = [];
  let partials = new Float64Array(0);
  return {
    evaluate(terms, count, { outputs, rowOfTerm, lower, upper }, logTerms) {
      if (count === 0 && remembered.length === 0) return;
      if (partials.length < count * numOutputs) partials = new Float64Array(count * numOutputs);
      remembered = Array.from(terms.subarray(0, count), (term) => ({ term, row: rowOfTerm[term] }));
      remembered.forEach(({ term, row: r }, i) => {
        readMixtureRow(row, outputs, r * numOutputs);
        logTerms[term] = logIntervalMass(row, lower[term], upper[term], partials, i * numOutputs);
      });
    },
    pullback(adjoint, outputGradient) {
      remembered.forEach(({ term, row: r }, i) => {
        for (let o = 0; o < numOutputs; o++) {
          outputGradient[r * numOutputs + o] += adjoint[term] * partials[i * numOutputs + o];
        }
      });
    },
  };
}
