import type { Likelihood } from "@poolish/core";
import { gamma, learned, log, logNormal, type Model, model, normal } from "@poolish/ppl";
import type { BakeryData } from "./bakeryData.ts";

/** What was learned of each bakery's cookies: p(chips | chocolate, lumps) and p(weight, burnt | chocolate, scatter, heat). */
export interface BakeryLikelihoods {
  readonly counted: Likelihood;
  readonly weighed: Likelihood;
}

/** Two bakeries, two simulators, one mastermind: all recipes, wherever they are baked, come from one population. */
export function bakeries({ counted, weighed }: BakeryLikelihoods): Model<BakeryData> {
  return model("bakeries", ({ sample, plate, observe }, { north, south }) => {
    const typical = sample("typical", logNormal(2, 0.5)); // grams of chocolate in the mastermind's median recipe
    const tau = sample("tau", gamma(4, 12)); // how much recipes differ, in logarithms
    const recipe = logNormal(log(typical), tau);

    const chips = plate("north recipe", north.recipes, () => sample("north", recipe)); // grams = chips of a gram each
    const lumps = sample("lumps", gamma(4, 0.5)); // the smaller, the less even the dough
    observe("counted", learned(counted, { chocolate: chips.at(north.recipe), lumps }), { chips: north.chips });

    const grams = plate("south recipe", south.recipes, () => sample("south", recipe));
    const oven = { scatter: sample("scatter", gamma(8, 80)), heat: sample("heat", normal(-1, 1)) };
    const { weight, burnt } = south;
    observe("weighed", learned(weighed, { chocolate: grams.at(south.recipe), ...oven }), { weight, burnt });
  });
}
