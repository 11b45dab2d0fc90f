import { isReal, type Rng, rngFromSeed } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import { divergenceSummary } from "@poolish/mcmc";
import { type Compilation, type CompiledModel, familySampler, type LogDensityInstruction } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import { coordinatesOf } from "./coordinates.ts";
import { latentSources, writersOf } from "./dataflow.ts";
import { type LatentSite, latentSites } from "./predictive/latentSites.ts";
import { createReplay } from "./predictive/replay.ts";

/** Divergences begin where the prior of a value is narrow, because of another value that sets its width: Neal's funnel. */
export interface Funnel {
  /** The value that sets the width: `tau`. */
  readonly parameter: string;
  /** On which side of that value the neck is. */
  readonly side: "low" | "high";
  /** The site whose prior narrows: `theta`. */
  readonly site: string;
  /** The probability that the prior was wider where a divergence began than at a draw: 0 = always narrower, ½ = no relation. */
  readonly probabilityWider: number;
  /** The site is unbounded, so that `nonCentered` can sample it. */
  readonly canBeNonCentered: boolean;
}

/** Draws that the places of divergences are compared with, evenly from all chains. */
const NUM_DRAWS = 500;
/** Pairs of random numbers by which the width of a prior is measured. */
const NUM_PAIRS = 4;
/** Standard errors from ½, one-sided: by chance once in 44 sites, of those few that could be funnels by their structure. */
const SIGNIFICANT = 2;
/** At least two in three pairs are on the same side: divergences of one trajectory's neighbourhood come in runs. */
const SMALLEST_EFFECT = 1 / 6;
/** Widths that vary by less (of their logarithm) do not vary but for rounding. */
const SMALLEST_VARIATION = 1e-6;

/**
 * The funnels that divergences point to, most telling first. For each latent site whose prior depends on other latent
 * values, the width of that prior (on the unconstrained scale) is compared between the places where divergent
 * trajectories began and all draws; the structure is read off the tape, so that a low scale that narrows nothing, or a
 * narrow prior without divergences in it, is no funnel. The parameter is the one by which the width goes.
 */
export function findFunnels(compilation: Compilation, chains: readonly ChainResult[]): readonly Funnel[] {
  const starts = chains.flatMap(({ divergences = [] }) => divergences.map(({ position }) => position));
  if (starts.length === 0) return [];
  const { model } = compilation;
  const draws = sampleOfDraws(model, chains);
  const sites = dependentSites(model);
  if (sites.length === 0) return [];
  const measure = widthMeter(compilation, sites);
  const atStarts = starts.map(measure);
  const atDraws = draws.map(measure);
  return sites
    .flatMap((site, s): Funnel[] => {
      const [before, all] = [atStarts, atDraws].map((widths) => widths.map((each) => each[s]));
      const probabilityWider = probabilityAbove(before, all);
      if (!isNarrow(probabilityWider, before.length, all)) return [];
      const { name, isLow } = widthSetter(site, draws, all, model);
      return [
        {
          parameter: name,
          side: isLow ? "low" : "high",
          site: site.name,
          probabilityWider,
          canBeNonCentered: isReal(site.support),
        },
      ];
    })
    .sort((a, b) => a.probabilityWider - b.probabilityWider);
}

interface DependentSite extends LatentSite {
  readonly density: LogDensityInstruction;
  /** Coordinates of the latent values that its parameters are computed from. */
  readonly parents: readonly number[];
}

/** Latent sites whose parameters depend on other latent values. */
function dependentSites(model: CompiledModel): readonly DependentSite[] {
  const writers = writersOf(model);
  const sites = latentSites(model);
  return sites.flatMap((site): DependentSite[] => {
    const { density } = site;
    // A learned prior has no parameters.
    if (density.op !== "logDensity") return [];
    const sources = latentSources(model, writers, density.parameters);
    const parents = sites.flatMap(({ position, slot }) =>
      sources.has(slot.offset) ? Array.from({ length: position.size }, (_, i) => position.offset + i) : [],
    );
    return parents.length === 0 ? [] : [{ ...site, density, parents }];
  });
}

function sampleOfDraws({ layout: { dim } }: CompiledModel, chains: readonly ChainResult[]): readonly Float64Array[] {
  const perChain = chains[0].positions.length / dim;
  const total = perChain * chains.length;
  const count = Math.min(NUM_DRAWS, total);
  return Array.from({ length: count }, (_, i) => {
    const draw = Math.floor((i * total) / count);
    const from = (draw % perChain) * dim;
    return chains[Math.floor(draw / perChain)].positions.subarray(from, from + dim);
  });
}

/**
 * The log width of each site's prior at a position, up to a constant of the site: the mean over its elements of
 * log |u - u'|, with u and u' drawn from the same random numbers each time. Of a location–scale family that is the
 * logarithm of the scale, exactly.
 */
function widthMeter(compilation: Compilation, sites: readonly DependentSite[]): (position: Float64Array) => number[] {
  const replay = createReplay(compilation);
  const latents = new Float64Array(replay.numLatents);
  const root = rngFromSeed(0);
  const meters = sites.map(({ density, support }) => {
    const draw = familySampler(density, replay.values);
    const bijector = bijectorFor(support, density.x.size);
    const x = new Float64Array(density.x.size);
    const [u, v] = [0, 1].map(() => new Float64Array(bijector.unconstrainedSize));
    const drawInto = (rng: Rng, out: Float64Array): void => {
      draw(rng, x);
      bijector.unconstrain(x, out);
    };
    return () => {
      let sum = 0;
      for (let pair = 0; pair < NUM_PAIRS; pair++) {
        drawInto(root.foldIn(2 * pair), u);
        drawInto(root.foldIn(2 * pair + 1), v);
        for (let i = 0; i < u.length; i++) sum += Math.log(Math.abs(u[i] - v[i]));
      }
      return sum / (NUM_PAIRS * u.length);
    };
  });
  return (position) => {
    replay.latentsAt(position, latents);
    replay.run(latents, root);
    return meters.map((meter) => meter());
  };
}

/** The probability that one of `before` is above one of `all`. */
function probabilityAbove(before: readonly number[], all: readonly number[]): number {
  const [{ probabilityAbove: probability }] = divergenceSummary(
    before.map((value) => Float64Array.of(value)),
    Float64Array.from(all),
    1,
  );
  return probability;
}

function isNarrow(probability: number, numStarts: number, all: readonly number[]): boolean {
  if (!(Math.max(...all) - Math.min(...all) > SMALLEST_VARIATION)) return false;
  // Under no relation (Mann & Whitney 1947).
  const standardError = Math.sqrt((numStarts + all.length + 1) / (12 * numStarts * all.length));
  return 0.5 - probability > Math.max(SMALLEST_EFFECT, SIGNIFICANT * standardError);
}

/** The parent whose ranks go best with those of the width. */
function widthSetter(
  { parents }: DependentSite,
  draws: readonly Float64Array[],
  widths: readonly number[],
  model: CompiledModel,
): { readonly name: string; readonly isLow: boolean } {
  const ranks = ranksOf(widths);
  const correlations = parents.map((parent) => correlation(ranksOf(draws.map((draw) => draw[parent])), ranks));
  const best = correlations.reduce((top, value, i) => (Math.abs(value) > Math.abs(correlations[top]) ? i : top), 0);
  return { name: coordinatesOf(model)[parents[best]].name, isLow: correlations[best] > 0 };
}

function ranksOf(values: readonly number[]): Float64Array {
  const ranks = new Float64Array(values.length);
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  order.forEach((i, rank) => {
    ranks[i] = rank;
  });
  return ranks;
}

/** Of two permutations of 0 … n - 1 (Spearman). */
function correlation(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
