import type { OnProgress } from "@poolish/core";
import { bernoulliLogit, gamma, logNormal, negativeBinomial, normal } from "@poolish/ppl";
import { nle, type Simulator, simulate, train } from "@poolish/sbi";
import type { BakeryLikelihoods } from "./bakeries.ts";

/** A cookie without chocolate, in grams. */
export const DOUGH = 30;
/** Logits of being burnt for each gram that a cookie lost in the oven. */
export const BURNING = 0.5;
/** Where training looks for chocolate, and what a recipe is thought to hold that is estimated alone. */
export const WIDE = gamma(4, 0.4);

/** The northern bakery: chips of one gram, in dough that is mixed more or less evenly. It counts chips. */
export const countingBakery: Simulator = {
  name: "northern bakery",
  parameters: ["chocolate", "lumps"],
  columns: [{ name: "chips", kind: "count" }],
  simulate(rng, [chocolate, lumps], out) {
    out[0] = negativeBinomial(chocolate, lumps).sample(rng);
  },
};

/** The southern bakery: chocolate is melted in. It weighs cookies, and sees which are burnt: those that lost most water. */
export const weighingBakery: Simulator = {
  name: "southern bakery",
  parameters: ["chocolate", "scatter", "heat"],
  columns: [
    { name: "weight", kind: "continuous" },
    { name: "burnt", kind: "category" },
  ],
  simulate(rng, [chocolate, scatter, heat], out) {
    const expected = DOUGH + chocolate;
    out[0] = logNormal(Math.log(expected), scatter).sample(rng);
    out[1] = bernoulliLogit(heat + BURNING * (expected - out[0])).sample(rng);
  },
};

/**
 * Simulates and trains: one estimator a bakery, neither of which knows of the other, of recipes or of the mastermind.
 * The southern network is smaller than by default, and trained for a shorter time, so that the demo is quick.
 */
export async function learnBakeries(seed: number, onProgress: OnProgress): Promise<BakeryLikelihoods> {
  const lumps = gamma(4, 0.5);
  const north = await simulate({
    simulator: countingBakery,
    prior: { chocolate: WIDE, lumps },
    count: 100_000,
    seed,
    onProgress,
  });
  const counted = await train(nle(), north, { seed, onProgress });
  const oven = { scatter: gamma(8, 80), heat: normal(-1, 1) };
  const south = await simulate({
    simulator: weighingBakery,
    prior: { chocolate: WIDE, ...oven },
    count: 50_000,
    seed,
    onProgress,
  });
  const weighed = await train(nle({ hidden: [32, 32], numComponents: 4, numEpochs: 12 }), south, { seed, onProgress });
  return { counted, weighed };
}
