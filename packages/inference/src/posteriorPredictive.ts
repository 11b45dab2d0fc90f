import { type Likelihood, PoolishError, requireCount, rngFromSeed } from "@poolish/core";
import { type CompiledModel, linkModel } from "@poolish/ppl";
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
 * @throws PoolishError for an unknown site, a likelihood that cannot be sampled (a ratio, or one with conditions), and
 * a count or seed out of range.
 */
export function posteriorPredictive(fit: Fit, { site, count, seed }: PredictiveOptions): PredictiveDraws {
  requireCount("count", count, 1);
  requireCount("seed", seed, 0);
  const { model, likelihoods, numChains, numDraws } = fit;
  const index = observationIndex(model, site);
  const { likelihood, row } = model.observations[index];
  const sampler = requireSampler(likelihoods[likelihood], site);
  const { parameters, columns } = sampler;
  const linked = linkModel(model, likelihoods);
  const root = rngFromSeed(seed);
  const width = parameters.length;
  const size = row.length * columns.length;
  const values = new Float64Array(count * size);
  const theta = new Float64Array(row.length * width);
  for (let i = 0; i < count; i++) {
    const draw = Math.floor((i * numChains * numDraws) / count);
    const from = (draw % numDraws) * linked.dim;
    const position = fit.positions(Math.floor(draw / numDraws)).subarray(from, from + linked.dim);
    const rows = linked.thetaAt(position, index);
    for (let t = 0; t < row.length; t++) theta.set(rows.subarray(row[t] * width, (row[t] + 1) * width), t * width);
    sampler.sample(root.foldIn(i), theta, row.length, values.subarray(i * size, (i + 1) * size));
  }
  return { count, numTrials: row.length, numColumns: columns.length, values };
}

function observationIndex({ observations }: CompiledModel, site: string): number {
  const index = observations.findIndex((observation) => observation.site === site);
  if (index >= 0) return index;
  throw new PoolishError("no learned likelihood explains a site of that name", {
    kind: "input",
    field: site,
    remedy: `Its sites are ${observations.map((observation) => observation.site).join(", ") || "none"}.`,
  });
}

interface Sampler extends Likelihood {
  readonly sample: NonNullable<Likelihood["sample"]>;
}

function requireSampler(likelihood: Likelihood, site: string): Sampler {
  const { sample, conditions } = likelihood;
  if (sample !== undefined && conditions.length === 0) return likelihood as Sampler;
  const message =
    sample === undefined
      ? "this likelihood is known up to a factor only and cannot be sampled"
      : `this likelihood depends on ${conditions.map(({ name }) => name).join(", ")}, which it cannot be given here`;
  throw new PoolishError(message, { kind: "input", field: site, remedy: "Use the simulator for predictions." });
}
