import type { WeightBlock } from "@poolish/estimators";
import type { WeightDecay } from "./optimizer.ts";

/** With more simulations than this the decay falls in proportion, as a prior's weight does. */
const FULL_DECAY = 10_000;

/** A rate for each block of weights, by its name; those of rate 0 are left out. */
export function decaysOf(blocks: readonly WeightBlock[], rateOf: (name: string) => number): WeightDecay[] {
  let at = 0;
  return blocks.flatMap(({ name, shape }) => {
    const from = at;
    at += shape.reduce((product, length) => product * length, 1);
    const rate = rateOf(name);
    return rate === 0 ? [] : [{ from, end: at, rate }];
  });
}

/**
 * Share of a decay that is right for so many simulations. A step's decay does not know how many there are: without the
 * proportion, 400,000 were held as far from certainty as 10,000.
 */
export function decayShare(numTraining: number): number {
  return Math.min(1, FULL_DECAY / numTraining);
}
