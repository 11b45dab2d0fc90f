import { PoolishError, rngFromSeed } from "@poolish/core";
import { linkModel } from "@poolish/ppl";
import type { Fit } from "./fit.ts";

export interface PredictiveOptions {
  /** The observed site whose data are drawn again. */
  readonly site: string;
  /** Posterior draws to use, spread evenly over all chains. */
  readonly count: number;
  readonly seed: number;
}

/** Replicated data: count × numTrials × numColumns, row-major, in the order of the likelihood's columns. */
export interface PredictiveDraws {
  readonly count: number;
  readonly numTrials: number;
  readonly numColumns: number;
  readonly values: Float64Array;
}

/**
 * Draws the data of a learned likelihood's site again, one data set for each of `count` posterior draws.
 * @throws PoolishError for an unknown site, or a likelihood that cannot be sampled (a ratio).
 */
export function posteriorPredictive(fit: Fit, { site, count, seed }: PredictiveOptions): PredictiveDraws {
  const { model, likelihoods, numChains, numDraws } = fit;
  const index = model.observations.findIndex((observation) => observation.site === site);
  if (index < 0) {
    throw new PoolishError("no learned likelihood explains a site of that name", {
      kind: "input",
      field: site,
      remedy: `Its sites are ${model.observations.map((observation) => observation.site).join(", ") || "none"}.`,
    });
  }
  const observation = model.observations[index];
  const likelihood = likelihoods[observation.likelihood];
  if (likelihood.sample === undefined) {
    throw new PoolishError("this likelihood is known up to a factor only and cannot be sampled", {
      kind: "input",
      field: site,
      remedy: "Use the simulator for predictions.",
    });
  }
  const linked = linkModel(model, likelihoods);
  const root = rngFromSeed(seed);
  const numTrials = observation.row.length;
  const width = likelihood.parameters.length;
  const numColumns = likelihood.columns.length;
  const values = new Float64Array(count * numTrials * numColumns);
  const theta = new Float64Array(numTrials * width);
  for (let i = 0; i < count; i++) {
    const draw = Math.floor((i * numChains * numDraws) / count);
    const from = (draw % numDraws) * linked.dim;
    const position = fit.positions(Math.floor(draw / numDraws)).subarray(from, from + linked.dim);
    const rows = linked.thetaAt(position, index);
    for (let t = 0; t < numTrials; t++) {
      for (let p = 0; p < width; p++) theta[t * width + p] = rows[observation.row[t] * width + p];
    }
    const start = i * numTrials * numColumns;
    likelihood.sample(root.foldIn(i), theta, numTrials, values.subarray(start, start + numTrials * numColumns));
  }
  return { count, numTrials, numColumns, values };
}
