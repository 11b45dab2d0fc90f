import { nle, train } from "@poolish/sbi";
import { likelihoodPosterior } from "../likelihoodPosterior.ts";
import type { SbibmMethod } from "../method.ts";

/** A likelihood, whose posterior is drawn by SMC or NUTS. */
export const nleMethod: SbibmMethod = {
  targets: {
    gaussian_linear: 0.55,
    gaussian_linear_uniform: 0.55,
    bernoulli_glm: 0.6,
    slcp: 0.77,
    two_moons: 0.6,
    gaussian_mixture: 0.62,
    sir: 0.65,
    lotka_volterra: 0.8,
  },
  async train(task, simulations, { seed, members }) {
    return likelihoodPosterior(task, await train(nle(members), simulations, { seed }));
  },
};
