import { npe, train } from "@poolish/sbi";
import type { SbibmMethod } from "../method.ts";

/** A posterior, drawn from directly. */
export const npeMethod: SbibmMethod = {
  targets: {
    two_moons: 0.58,
    gaussian_mixture: 0.58,
    gaussian_linear: 0.55,
    bernoulli_glm: 0.66,
    sir: 0.62,
    slcp: 0.88,
  },
  async train(_, simulations, { seed, members }) {
    const estimator = await train(npe(members), simulations, { seed, onNotice: () => {} });
    return { sampler: "the estimator", draw: (x, rng, count) => estimator.sample(rng, x, count) };
  },
};
