import { gamma as gammaPrior, nle, poisson, type Simulator, simulate, train } from "@poolish/sbi";
import { exponential, gamma, learned, model } from "@poolish/ppl";
import type { Likelihood, OnProgress } from "@poolish/core";

/** Draws the number of chips in one cookie. We pretend that this is all that anybody knows about its distribution. */
export const simulator: Simulator = {
  name: "cookies",
  parameters: ["rate"],
  columns: [{ name: "chips", kind: "count" }],
  simulate(rng, theta, out) {
    out[0] = poisson(theta[0]).sample(rng);
  },
};

export function simulateCookies(seed: number, onProgress?: OnProgress) {
  return simulate({ simulator, prior: { rate: gammaPrior(2, 0.2) }, count: 50_000, seed, onProgress });
}
