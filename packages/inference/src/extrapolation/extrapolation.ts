import { gatherTheta } from "@poolish/ppl";
import type { Fit } from "../fit.ts";
import { forEachDraw } from "../predictive/fitDraws.ts";
import { createReplay } from "../predictive/replay.ts";
import { type BoxCounter, type BoxShare, boxCounter } from "./boxShares.ts";
import { type ImprobableTrials, improbableTrials } from "./improbableTrials.ts";
import { type OffSupportTrials, type TrialCounter, trialCounters } from "./offSupportTrials.ts";
import { type PriorDeparture, priorDepartures } from "./priorDepartures.ts";

/** Where the posterior asks learned likelihoods for what they have not seen. */
export interface Extrapolation {
  /** One for each parameter of each learned site. */
  readonly boxes: readonly BoxShare[];
  /** One for each column bound that a parameter sets, at sites without lapses (which explain such trials). */
  readonly offSupport: readonly OffSupportTrials[];
  /** One for each learned site with a normalised likelihood. */
  readonly improbable: readonly ImprobableTrials[];
  /** One for each learned prior: how far the posterior leaves it. */
  readonly priors: readonly PriorDeparture[];
}

interface Watch {
  /** Overwritten with the θ rows of each draw. */
  readonly theta: Float64Array;
  readonly box: BoxCounter;
  readonly bounds: readonly TrialCounter[];
  gather(values: Float64Array): void;
}

/** Goes through all draws; runs the likelihoods for a few of them only. */
export function findExtrapolation(fit: Fit): Extrapolation {
  const { model, likelihoods } = fit;
  const learned = model.instructions.filter((instruction) => instruction.op === "learned");
  const replay = createReplay(fit);
  const priors = priorDepartures(fit, replay);
  if (learned.length === 0) return { boxes: [], offSupport: [], improbable: [], priors };
  const watches = learned.map((instruction): Watch => {
    const { likelihood, numRows, lapse } = model.observations[instruction.observation];
    const theta = new Float64Array(numRows * instruction.parts.length);
    return {
      theta,
      box: boxCounter(model, instruction, likelihoods[likelihood]),
      bounds: lapse === undefined ? trialCounters(model, instruction, likelihoods[likelihood]) : [],
      gather: (values) => gatherTheta(values, instruction.parts, numRows, theta),
    };
  });
  forEachDraw(fit, replay, () => {
    for (const { theta, box, bounds, gather } of watches) {
      gather(replay.values);
      box.count(theta);
      for (const bound of bounds) bound.count(theta);
    }
  });
  return {
    boxes: watches.flatMap(({ box }) => box.shares()),
    offSupport: watches.flatMap(({ bounds }) => bounds.map((bound) => bound.trials())),
    improbable: improbableTrials(fit, replay),
    priors,
  };
}
