import type { LearnedDensity, Likelihood } from "@poolish/core";

/**
 * A learned prior among a model's likelihoods, so that it goes with them wherever they go: to worker threads, pages and later
 * runs. It explains no data.
 */
export interface PriorLikelihood extends Likelihood {
  readonly density: LearnedDensity;
}

export function priorLikelihood(density: LearnedDensity): PriorLikelihood {
  return {
    density,
    parameters: density.parameters,
    columns: [],
    conditions: [],
    isNormalised: true,
    bind() {
      throw new Error("a learned prior explains no data");
    },
    toDescriptor() {
      const { bytes, x } = density.toDescriptor();
      return { kind: "density", bytes, x };
    },
  };
}

/** The density that `priorLikelihood` has wrapped. */
export function densityOf(likelihood: Likelihood): LearnedDensity {
  if ("density" in likelihood) return (likelihood as PriorLikelihood).density;
  throw new Error("this likelihood stands for no learned prior");
}
