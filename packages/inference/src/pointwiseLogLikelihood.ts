import type { LabelledArray } from "@poolish/core";
import type { Fit } from "./fit.ts";
import { forEachDraw } from "./predictive/fitDraws.ts";
import { observedSite } from "./predictive/observedSite.ts";
import { createReplay } from "./predictive/replay.ts";

export interface PointwiseOptions {
  /** The observed site; needed where there are several. */
  readonly site?: string;
}

/** Log-likelihoods of consecutive terms, from number `first` on: count × draws (of all chains in turn), term-major. */
export interface TermBlock {
  readonly first: number;
  readonly count: number;
  readonly values: Float64Array;
}

/** log p(trial | draw) of one observed site. Equal trials with equal parameters share a term and are computed once. */
export interface PointwiseLogLikelihood {
  readonly site: string;
  readonly numChains: number;
  readonly numDraws: number;
  readonly numTrials: number;
  readonly numTerms: number;
  readonly termOfTrial: Int32Array;
  /** False when the terms are known up to a constant of the trial only. */
  readonly isNormalised: boolean;
  /** What was observed: numTrials × columns, row-major. */
  readonly observed: Float64Array;
  /** All terms block by block, computed as they are asked for: memory holds one block of at most 64 MiB. */
  blocks(): Generator<TermBlock, void>;
  /** Everything at once, with the dimensions chain, draw and trial: ArviZ's group log_likelihood. */
  toArray(): LabelledArray;
}

/** Numbers of a block. */
const BLOCK_VALUES = 2 ** 23;

/**
 * The log-likelihood of each trial at each draw of the fit. A trial is an element of a plain observed site, or a row of a
 * learned one. @throws PoolishError for an unknown site.
 */
export function pointwiseLogLikelihood(fit: Fit, { site: name }: PointwiseOptions = {}): PointwiseLogLikelihood {
  const replay = createReplay(fit);
  const { site, numTrials, numTerms, termOfTrial, isNormalised, observed, logTerms } = observedSite(
    replay,
    fit.likelihoods,
    name,
  );
  const { numChains, numDraws } = fit;
  const total = numChains * numDraws;
  function* blocks(): Generator<TermBlock, void> {
    const perBlock = Math.max(1, Math.floor(BLOCK_VALUES / total));
    for (let first = 0; first < numTerms; first += perBlock) {
      const count = Math.min(perBlock, numTerms - first);
      const values = new Float64Array(count * total);
      forEachDraw(fit, replay, (draw) => {
        const terms = logTerms();
        for (let term = 0; term < count; term++) values[term * total + draw] = terms[first + term];
      });
      yield { first, count, values };
    }
  }
  return {
    ...{ site, numChains, numDraws, numTrials, numTerms, termOfTrial, isNormalised, observed },
    blocks,
    toArray() {
      const values = new Float64Array(total * numTrials);
      forEachDraw(fit, replay, (draw) => {
        const terms = logTerms();
        for (let trial = 0; trial < numTrials; trial++) values[draw * numTrials + trial] = terms[termOfTrial[trial]];
      });
      return { dims: ["chain", "draw", `${site}_dim_0`], shape: [numChains, numDraws, numTrials], values };
    },
  };
}
