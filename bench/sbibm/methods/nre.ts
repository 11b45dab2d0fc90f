import { nre, train } from "@poolish/sbi";
import { likelihoodPosterior } from "../likelihoodPosterior.ts";
import type { SbibmMethod } from "../method.ts";

/** A ratio, whose posterior is drawn by SMC or NUTS. Its targets are the published figures of NRE. */
export const nreMethod: SbibmMethod = {
  targets: {
    gaussian_linear: 0.56,
    gaussian_linear_uniform: 0.706,
    bernoulli_glm: 0.812,
    slcp: 0.947,
    two_moons: 0.761,
    gaussian_mixture: 0.752,
    sir: 0.77,
    lotka_volterra: 0.998,
  },
  async train(task, simulations, { seed, members }) {
    return likelihoodPosterior(task, await train(nre(members), simulations, { seed }));
  },
};
