import { train, vectorField } from "@poolish/sbi";
import type { SbibmMethod } from "../method.ts";

/** A posterior as a field that carries noise to θ; draws follow its ODE. */
export const vectorFieldMethod: SbibmMethod = {
  targets: {
    two_moons: 0.57,
    gaussian_mixture: 0.58,
    gaussian_linear: 0.54,
    slcp: 0.84,
    sir: 0.62,
  },
  async train(_, simulations, { seed, members, network }) {
    const estimator = await train(vectorField({ ...members, ...network }), simulations, { seed });
    return { sampler: "the ODE", draw: (x, rng, count) => estimator.sample(rng, x, count) };
  },
};
