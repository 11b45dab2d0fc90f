import type { Rng } from "@poolish/core";
import { createCountMixture } from "../../src/count/countMixture.ts";
import { createMixtureRow, readMixtureRow } from "../../src/count/mixtureRow.ts";
import { sampleMixture } from "../../src/count/sampleMixture.ts";

/** A `CountMixture` of one row, one term at a time. */
export interface OneRowMixture {
  readonly numOutputs: number;
  setRow(outputs: Float64Array): void;
  /** The log-mass of (lower, upper); overwrites `partials` with its derivatives in the outputs. */
  logMass(lower: number, upper: number, partials: Float64Array): number;
  sample(rng: Rng): number;
}

export function createOneRowMixture(numComponents: number): OneRowMixture {
  const mixture = createCountMixture(numComponents, 1, 1);
  const row = createMixtureRow(numComponents);
  const logTerms = new Float64Array(1);
  return {
    numOutputs: mixture.numOutputs,
    setRow(outputs) {
      mixture.outputs.set(outputs);
      readMixtureRow(row, outputs, 0);
    },
    logMass(lower, upper, partials) {
      const terms = {
        numTerms: 1,
        rowOfTerm: Int32Array.of(0),
        lower: Float64Array.of(lower),
        upper: Float64Array.of(upper),
      };
      mixture.evaluate(1, terms, logTerms);
      mixture.pullback(Float64Array.of(1));
      partials.set(mixture.outputGradient);
      return logTerms[0];
    },
    sample: (rng) => sampleMixture(rng, row),
  };
}
