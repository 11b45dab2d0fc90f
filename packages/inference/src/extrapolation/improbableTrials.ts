import { rngFromSeed } from "@poolish/core";
import type { Fit } from "../fit.ts";
import { positionOf, spreadDraw } from "../predictive/fitDraws.ts";
import { type ObservedSite, observedSite } from "../predictive/observedSite.ts";
import type { Replay } from "../predictive/replay.ts";

/** Trials that their likelihood finds next to impossible, at the posterior. */
export interface ImprobableTrials {
  readonly site: string;
  readonly numTrials: number;
  /** Of the log-likelihood, averaged over draws, of all trials. */
  readonly median: number;
  /** Rows of the data (counted from 0) with their log-likelihood averaged over draws; the least probable first. */
  readonly trials: readonly { readonly row: number; readonly logLikelihood: number }[];
}

/** Draws that the log-likelihood is averaged over. */
const NUM_DRAWS = 50;
/**
 * Nats below the median trial from which a trial is improbable. A normal in d columns goes there with a probability of
 * 2e-12 for d = 1 and 3e-7 for d = 20, so that among thousands of trials no honest one does.
 */
const IMPROBABLE = 25;

/**
 * One for each learned site with a normalised likelihood. One such trial, on the wrong side of a bound that the parameter
 * can be moved away from, decides that parameter against thousands of others: no draw is off the support then.
 */
export function improbableTrials(fit: Fit, replay: Replay): ImprobableTrials[] {
  const { model, likelihoods } = fit;
  const normalised = model.observations.filter(
    ({ likelihood, row }) => likelihoods[likelihood].isNormalised && row.length > 0,
  );
  const sites = normalised.map(({ site }) => observedSite(replay, likelihoods, site));
  const sums = sites.map(({ numTerms }) => new Float64Array(numTerms));
  const latents = new Float64Array(replay.numLatents);
  const unused = rngFromSeed(0);
  const count = Math.min(NUM_DRAWS, fit.numChains * fit.numDraws);
  for (let i = 0; i < count; i++) {
    replay.latentsAt(positionOf(fit, spreadDraw(fit, i, count)), latents);
    replay.run(latents, unused);
    sites.forEach((site, s) => {
      const terms = site.logTerms();
      for (let term = 0; term < terms.length; term++) sums[s][term] += terms[term] / count;
    });
  }
  return sites.map((site, s) => improbableOf(site, sums[s], normalised[s].rows));
}

function improbableOf(
  { site, numTrials, termOfTrial }: ObservedSite,
  means: Float64Array,
  rows: Int32Array | undefined,
): ImprobableTrials {
  const ofTrials = Float64Array.from(termOfTrial, (term) => means[term]);
  const median = ofTrials.toSorted()[numTrials >> 1];
  const trials = Array.from(ofTrials.keys())
    .filter((trial) => ofTrials[trial] < median - IMPROBABLE)
    .map((trial) => ({ row: rows?.[trial] ?? trial, logLikelihood: ofTrials[trial] }))
    .sort((a, b) => a.logLikelihood - b.logLikelihood);
  return { site, numTrials, median, trials };
}
