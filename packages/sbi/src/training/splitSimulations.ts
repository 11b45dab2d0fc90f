import { rngFromSeed } from "@poolish/core";
import type { Estimator } from "@poolish/estimators";
import { shuffle } from "@poolish/math";

/** Which simulations weights are fitted to, and which are held out. */
export interface Split {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Holds out the share `fraction` of `count` simulations, at random by the seed that `train` is given. Where training goes
 * on from an estimator, those that it has seen (the first ones, as many as it was trained on) tell nothing: then only
 * later ones are held out, at most half of them (the only one, if there is one); if there are none, all simulations are
 * taken for new ones.
 */
export function splitSimulations(seed: number, count: number, fraction: number, from?: Pick<Estimator, "spec">): Split {
  const [, rng] = rngFromSeed(seed).split(3);
  const numSeen = from === undefined ? 0 : from.spec.provenance.numSimulations - from.spec.provenance.numDropped;
  const first = numSeen < count ? numSeen : 0;
  const numNew = count - first;
  const order = Int32Array.from({ length: numNew }, (_, i) => first + i);
  shuffle(rng, order);
  const most = first === 0 ? count - 1 : Math.max(1, Math.floor(numNew / 2));
  const numValidation = Math.min(most, Math.max(1, Math.round(fraction * count)));
  const seen = Int32Array.from({ length: first }, (_, i) => i);
  return {
    training: Int32Array.from([...seen, ...order.subarray(numValidation)]),
    validation: order.slice(0, numValidation),
  };
}
