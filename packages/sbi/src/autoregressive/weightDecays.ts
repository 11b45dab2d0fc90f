import { type AutoregressiveSpec, autoregressiveBlocks, columnOrder } from "@poolish/estimators";
import { decayShare, decaysOf } from "../training/decaysOf.ts";
import type { WeightDecay } from "../training/optimizer.ts";

/** Decay of the matrices of a number's branch; see docs/adr/0004. */
const NUMBER = 3;
/** A category has no Gaussian layer before its branch: what decays there is the probability itself. */
const CATEGORY = 0.3;
/** Decay of the matrices of the trunk, where it is to be smooth: see `schedule`. */
const TRUNK = 1;
/** Decays of the matrices of a shallow trunk: see `shallowReplacement`. */
const SHALLOW = { location: 0.03, spread: 0.1 } as const;

/** Decay of the matrices of the branches; the trunk, biases and the linear paths beside the trunk do not decay. */
export function weightDecays(spec: AutoregressiveSpec, numTraining: number): WeightDecay[] {
  const order = columnOrder(spec.columns);
  const share = decayShare(numTraining);
  return decaysOf(autoregressiveBlocks(spec), (name) => {
    const position = /^branch\.(\d+)\.(.*weight)$/i.exec(name)?.[1];
    if (position === undefined) return 0;
    return share * (spec.columns[order[Number(position)]].kind === "category" ? CATEGORY : NUMBER);
  });
}

/** Decay of the trunk's matrices too, but for its linear paths: place, width and correlation become smooth functions of θ. */
export function smoothDecays(spec: AutoregressiveSpec, numTraining: number): WeightDecay[] {
  const isTrunk = /^(location|spread)\.(?!skip).*weight$/i;
  return [
    ...weightDecays(spec, numTraining),
    ...decaysOf(autoregressiveBlocks(spec), (name) => (isTrunk.test(name) ? TRUNK : 0)),
  ];
}

/** Decays of a shallow trunk's matrices too, but for its linear paths: those of the spread are many, and hard to learn. */
export function shallowDecays(spec: AutoregressiveSpec, numTraining: number): WeightDecay[] {
  const isTrunk = /^(location|spread)\.(?!skip).*weight$/i;
  const share = decayShare(numTraining);
  const ofTrunk = decaysOf(autoregressiveBlocks(spec), (name) => {
    if (!isTrunk.test(name)) return 0;
    return share * (name.startsWith("location") ? SHALLOW.location : SHALLOW.spread);
  });
  return [...weightDecays(spec, numTraining), ...ofTrunk];
}
