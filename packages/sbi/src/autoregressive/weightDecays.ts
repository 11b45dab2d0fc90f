import { type AutoregressiveSpec, autoregressiveBlocks, columnOrder } from "@poolish/estimators";
import type { WeightDecay } from "../training/optimizer.ts";

/** Decay of the matrices of a number's branch; see docs/adr/0004. */
const NUMBER = 3;
/** A category has no Gaussian layer before its branch: what decays there is the probability itself. */
const CATEGORY = 0.3;
/** With more simulations than this the decay falls in proportion, as a prior's weight does. */
const FULL_DECAY = 10_000;
/** Decay of the matrices of the trunk, where it is to be smooth: see `schedule`. */
const TRUNK = 1;
/** Decays of the matrices of a shallow trunk: see `SHALLOW` of `planAutoregressive`. */
const SHALLOW = { location: 0.03, spread: 0.1 } as const;

/**
 * Decay of the matrices of the branches; the trunk, biases and the linear paths beside the trunk do not decay. A step's decay
 * does not know how many simulations there are: without the proportion, 400,000 were held as far from certainty as 10,000.
 */
export function weightDecays(spec: AutoregressiveSpec, numTraining: number): WeightDecay[] {
  const order = columnOrder(spec.columns);
  const share = shareOf(numTraining);
  return decaysOf(spec, (name) => {
    const position = /^branch\.(\d+)\.(.*weight)$/i.exec(name)?.[1];
    if (position === undefined) return 0;
    return share * (spec.columns[order[Number(position)]].kind === "category" ? CATEGORY : NUMBER);
  });
}

/** Decay of the trunk's matrices too, but for its linear paths: place, width and correlation become smooth functions of θ. */
export function smoothDecays(spec: AutoregressiveSpec, numTraining: number): WeightDecay[] {
  const isTrunk = /^(location|spread)\.(?!skip).*weight$/i;
  return [...weightDecays(spec, numTraining), ...decaysOf(spec, (name) => (isTrunk.test(name) ? TRUNK : 0))];
}

/** Decays of a shallow trunk's matrices too, but for its linear paths: those of the spread are many, and hard to learn. */
export function shallowDecays(spec: AutoregressiveSpec, numTraining: number): WeightDecay[] {
  const isTrunk = /^(location|spread)\.(?!skip).*weight$/i;
  const share = shareOf(numTraining);
  const ofTrunk = decaysOf(spec, (name) => {
    if (!isTrunk.test(name)) return 0;
    return share * (name.startsWith("location") ? SHALLOW.location : SHALLOW.spread);
  });
  return [...weightDecays(spec, numTraining), ...ofTrunk];
}

function shareOf(numTraining: number): number {
  return Math.min(1, FULL_DECAY / numTraining);
}

/** A rate for each block of weights, by its name; those of rate 0 are left out. */
function decaysOf(spec: AutoregressiveSpec, rateOf: (name: string) => number): WeightDecay[] {
  let at = 0;
  return autoregressiveBlocks(spec).flatMap(({ name, shape }) => {
    const from = at;
    at += shape.reduce((product, length) => product * length, 1);
    const rate = rateOf(name);
    return rate === 0 ? [] : [{ from, end: at, rate }];
  });
}
