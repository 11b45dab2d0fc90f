import type { Likelihood } from "@poolish/core";
import { exponential, gamma, learned, model } from "@poolish/ppl";
import { type Estimator, nle, poisson, type Simulator, simulate, train } from "@poolish/sbi";

/** Bakes one cookie. We pretend that this is all that anybody knows about the number of chips in it. */
export const cookies: Simulator = {
  name: "cookies",
  parameters: ["rate"],
  columns: [{ name: "chips", kind: "count" }],
  simulate(rng, theta, out) {
    out[0] = poisson(theta[0]).sample(rng);
  },
};

/** What the models below condition on: a count for each cookie, and its factory as a code from 0. */
export interface CookieData {
  readonly chips: ArrayLike<number>;
  readonly location: ArrayLike<number>;
}

/** Simulates the training set: rates from a wide prior, one cookie each. */
export const simulateCookies = (options: Omit<Parameters<typeof simulate>[0], "simulator" | "prior" | "count">) =>
  simulate({ ...options, simulator: cookies, prior: { rate: gamma(2, 0.2) }, count: 50_000 });

/** Learns p(chips | rate) from simulations. */
export const trainCookies = (...[simulations, options]: [Parameters<typeof train>[1], Parameters<typeof train>[2]]): Promise<Estimator> =>
  train(nle(), simulations, options);

/** Partial pooling: factories differ, and what they share is learned with them. */
export const factories = (chips: Likelihood, numFactories: number) =>
  model<CookieData>("factories", ({ sample, plate, observe }, data) => {
    const mu = sample("mu", gamma(2, 0.2));
    const sigma = sample("sigma", exponential(1));
    const rate = plate("location", numFactories, () =>
      sample("rate", gamma(mu.square().div(sigma.square()), mu.div(sigma.square()))),
    );
    observe("chips", learned(chips, { rate: rate.at(data.location) }), { chips: data.chips });
  });

/** No pooling: each factory for itself. */
export const separateFactories = (chips: Likelihood, numFactories: number) =>
  model<CookieData>("separate factories", ({ sample, plate, observe }, data) => {
    const rate = plate("location", numFactories, () => sample("rate", gamma(2, 0.2)));
    observe("chips", learned(chips, { rate: rate.at(data.location) }), { chips: data.chips });
  });

/** Complete pooling: one rate for all. */
export const pooledFactories = (chips: Likelihood) =>
  model<CookieData>("pooled factories", ({ sample, observe }, data) => {
    const rate = sample("rate", gamma(2, 0.2));
    observe("chips", learned(chips, { rate }), { chips: data.chips });
  });
