import {
  bernoulliLogit,
  gamma,
  learned,
  log,
  logNormal,
  type Model,
  type ModelContext,
  model,
  type Node,
  negativeBinomial,
  normal,
} from "@poolish/ppl";
import type { BakeryLikelihoods } from "./bakeries.ts";
import type { BakeryData } from "./bakeryData.ts";
import { BURNING, DOUGH, WIDE } from "./simulators.ts";

export type Pooling = "hierarchical" | "separate" | "pooled";

/** Chocolate of each cookie: recipes of one population, recipes that have nothing in common, or one recipe for all. */
function chocolateOf({ sample, plate }: ModelContext, { north, south }: BakeryData, pooling: Pooling) {
  if (pooling === "pooled") {
    const chocolate = sample("chocolate", WIDE);
    return { counted: chocolate, weighed: chocolate };
  }
  const populationOf = () => logNormal(log(sample("typical", logNormal(2, 0.5))), sample("tau", gamma(4, 12)));
  const recipe = pooling === "hierarchical" ? populationOf() : WIDE;
  const counted = plate("north recipe", north.recipes, () => sample("north", recipe));
  const weighed = plate("south recipe", south.recipes, () => sample("south", recipe));
  return { counted: counted.at(north.recipe), weighed: weighed.at(south.recipe) };
}

type Parts<Name extends string> = Readonly<Record<"chocolate" | Name, Node>>;

interface Observe {
  counted(parts: Parts<"lumps">): void;
  weighed(parts: Parts<"scatter" | "heat">): void;
}

function observeLearned({ observe }: ModelContext, data: BakeryData, likelihoods: BakeryLikelihoods): Observe {
  const { north, south } = data;
  const { weight, burnt } = south;
  return {
    counted: (parts) => observe("counted", learned(likelihoods.counted, { ...parts }), { chips: north.chips }),
    weighed: (parts) => observe("weighed", learned(likelihoods.weighed, { ...parts }), { weight, burnt }),
  };
}

/** The simulators' own densities. Most simulators have none in closed form; these were chosen so that there is a check. */
function observeExactly({ observe }: ModelContext, { north, south }: BakeryData): Observe {
  return {
    counted: ({ chocolate, lumps }) => observe("chips", negativeBinomial(chocolate, lumps), north.chips),
    weighed({ chocolate, scatter, heat }) {
      const expected = chocolate.add(DOUGH);
      observe("weight", logNormal(log(expected), scatter), south.weight);
      observe("burnt", bernoulliLogit(heat.add(expected.sub(south.weight).mul(BURNING))), south.burnt);
    },
  };
}

/** The model of bakeries.ts with other pooling, or with the exact densities in place of `likelihoods`. */
export function alternative(pooling: Pooling, likelihoods?: BakeryLikelihoods): Model<BakeryData> {
  return model(`bakeries, ${pooling}`, (context, data) => {
    const { sample } = context;
    const chocolate = chocolateOf(context, data, pooling);
    const observe = likelihoods ? observeLearned(context, data, likelihoods) : observeExactly(context, data);
    observe.counted({ chocolate: chocolate.counted, lumps: sample("lumps", gamma(4, 0.5)) });
    const oven = { scatter: sample("scatter", gamma(8, 80)), heat: sample("heat", normal(-1, 1)) };
    observe.weighed({ chocolate: chocolate.weighed, ...oven });
  });
}

/** The southern bakery with a mastermind of its own: what its cookies tell without those of the north. */
export function southernBakery({ weighed }: BakeryLikelihoods): Model<BakeryData> {
  return model("southern bakery", ({ sample, plate, observe }, { south }) => {
    const recipe = logNormal(log(sample("typical", logNormal(2, 0.5))), sample("tau", gamma(4, 12)));
    const grams = plate("south recipe", south.recipes, () => sample("south", recipe));
    const oven = { scatter: sample("scatter", gamma(8, 80)), heat: sample("heat", normal(-1, 1)) };
    const { weight, burnt } = south;
    observe("weighed", learned(weighed, { chocolate: grams.at(south.recipe), ...oven }), { weight, burnt });
  });
}
