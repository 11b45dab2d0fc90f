import { nle, train } from "@poolish/sbi";
import { drawPosterior, samplerFor } from "../drawPosterior.ts";
import { learnedSbibmPosterior } from "../learnedPosterior.ts";
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
  async train(task, simulations, { seed, numMembers }) {
    const estimator = await train(nle({ numMembers }), simulations, { seed });
    return {
      sampler: samplerFor(task.name),
      draw(x, rng, count) {
        const posterior = learnedSbibmPosterior(task, estimator, x);
        const positions = drawPosterior(task.name, posterior, rng, count);
        const values = new Float64Array(positions.length);
        for (let at = 0; at < values.length; at += posterior.dim) {
          posterior.constrain(positions.subarray(at, at + posterior.dim), values.subarray(at, at + posterior.dim));
        }
        return values;
      },
    };
  },
};
