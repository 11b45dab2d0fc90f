import type { Likelihood } from "@poolish/core";
import { exponential, gamma, learned, type Model, model, poisson } from "@poolish/ppl";
import { type SimulateOptions, type Simulations, type Simulator, simulate } from "@poolish/sbi";

/** Bakes one cookie. We pretend that this is all that anybody knows about the number of chips in it. */
export const cookies: Simulator = {
  name: "cookies",
  parameters: ["rate"],
  columns: [{ name: "chips", kind: "count" }],
  simulate(rng, theta, out) {
    out[0] = poisson(theta[0]).sample(rng);
  },
};

/** The training set: rates from a wide prior, one cookie each. */
export function simulateCookies(options: Pick<SimulateOptions, "seed" | "onProgress">): Promise<Simulations> {
  return simulate({ simulator: cookies, prior: { rate: gamma(2, 0.2) }, count: 50_000, ...options });
}

/** A count for each cookie, and its factory as a code from 0. */
export interface CookieData {
  readonly chips: ArrayLike<number>;
  readonly location: ArrayLike<number>;
}

/** Partial pooling: factories differ, and what they have in common is learned with them. */
export function factories(chips: Likelihood, locations: readonly string[]): Model<CookieData> {
  return model("factories", ({ sample, plate, observe }, data) => {
    const mu = sample("mu", gamma(2, 0.2));
    const sigma = sample("sigma", exponential(1));
    const rate = plate("location", locations, () =>
      sample("rate", gamma(mu.square().div(sigma.square()), mu.div(sigma.square()))),
    );
    observe("chips", learned(chips, { rate: rate.at(data.location) }), { chips: data.chips });
  });
}

/** No pooling: each factory for itself. */
export function separateFactories(chips: Likelihood, locations: readonly string[]): Model<CookieData> {
  return model("separate factories", ({ sample, plate, observe }, data) => {
    const rate = plate("location", locations, () => sample("rate", gamma(2, 0.2)));
    observe("chips", learned(chips, { rate: rate.at(data.location) }), { chips: data.chips });
  });
}

/** Complete pooling: one rate for all. */
export function pooledFactories(chips: Likelihood): Model<CookieData> {
  return model("pooled factories", ({ sample, observe }, data) => {
    const rate = sample("rate", gamma(2, 0.2));
    observe("chips", learned(chips, { rate }), { chips: data.chips });
  });
}
