import { PoolishError, requireCount } from "@poolish/core";
import { type CompiledModel, compile, type Model } from "@poolish/ppl";
import type { Fit } from "./fit.ts";
import { positionOf, spreadDraw } from "./predictive/fitDraws.ts";
import { type LatentSite, latentNames, latentSites } from "./predictive/latentSites.ts";
import {
  collectDraws,
  type PredictiveBlock,
  type PredictiveDraws,
  type PredictiveSource,
  predictiveBlocks,
} from "./predictive/predict.ts";
import { createReplay, type Replay } from "./predictive/replay.ts";

export interface PredictiveOptions {
  /** The observed site whose data are drawn again; needed where there are several. */
  readonly site?: string;
  /** Data sets, each from a posterior draw; the draws are spread evenly over all chains. */
  readonly count: number;
  readonly seed: number;
  /**
   * A plate whose members are replaced by new ones: what is sampled on it (nested plates too) is drawn from the prior
   * that each posterior draw of the other values gives it. Predicts the data of groups that have not been seen.
   */
  readonly newGroups?: string;
}

/**
 * Draws the data of an observed site again, one data set for each of `count` posterior draws.
 * @throws PoolishError for an unknown site or plate, a likelihood that cannot be sampled (a ratio), and a count or seed
 * out of range.
 */
export function posteriorPredictive(fit: Fit, options: PredictiveOptions): PredictiveDraws {
  return collectDraws(posteriorSource(fit, options));
}

/** `posteriorPredictive` block by block, for more data sets than memory holds; at most 32 MiB, or one data set, each. */
export function posteriorPredictiveBlocks(fit: Fit, options: PredictiveOptions): Generator<PredictiveBlock, void> {
  return predictiveBlocks(posteriorSource(fit, options));
}

/**
 * Predicts other data through the same model: new conditions, more trials, further groups. `data` have the columns that
 * the model reads; those that it explains only say how many trials there are, and may hold any value that it could
 * explain. Members of plates are matched by their labels; a member that the fit has not seen is drawn, at each posterior
 * draw, from the prior that the other values give it.
 * @throws PoolishError as `posteriorPredictive`, for data that do not fit the model, and for a value outside of plates
 * that the fit has no draws of.
 */
export function predict<Data>(
  fit: Fit,
  model: Model<Data>,
  data: Data,
  options: Omit<PredictiveOptions, "newGroups">,
): PredictiveDraws {
  const { count, seed, site } = checked(options);
  const compilation = compile(model, data);
  const own = createReplay(fit);
  const source = matchLatents(own, compilation.model);
  const replay = createReplay(
    compilation,
    source.map((index) => Number(index >= 0)),
  );
  const fitted = new Float64Array(own.numLatents);
  const known = new Float64Array(replay.numLatents);
  return collectDraws({
    ...{ replay, likelihoods: compilation.likelihoods, site, count, seed },
    known(i) {
      own.latentsAt(positionOf(fit, spreadDraw(fit, i, count)), fitted);
      for (let k = 0; k < known.length; k++) if (source[k] >= 0) known[k] = fitted[source[k]];
      return known;
    },
  });
}

function checked<T extends { readonly count: number; readonly seed: number }>(options: T): T {
  requireCount("count", options.count, 1);
  requireCount("seed", options.seed, 0);
  return options;
}

function posteriorSource(fit: Fit, options: PredictiveOptions): PredictiveSource {
  const { count, seed, site, newGroups } = checked(options);
  const replay = createReplay(fit, latentsOffPlate(latentSites(fit.model), newGroups));
  const latents = new Float64Array(replay.numLatents);
  return {
    ...{ replay, likelihoods: fit.likelihoods, site, count, seed },
    known(i) {
      replay.latentsAt(positionOf(fit, spreadDraw(fit, i, count)), latents);
      return latents;
    },
  };
}

/** 1 for each latent that is not on the plate. @throws PoolishError for a plate that nothing is sampled on. */
function latentsOffPlate(sites: readonly LatentSite[], plate: string | undefined): Uint8Array {
  const isOn = ({ variable }: LatentSite): boolean => plate !== undefined && variable.dims.includes(plate);
  if (plate !== undefined && !sites.some(isOn)) {
    const plates = [...new Set(sites.flatMap(({ variable }) => variable.dims))];
    throw new PoolishError("nothing is sampled on a plate of that name", {
      kind: "input",
      field: plate,
      remedy: `Values are sampled on ${plates.join(", ") || "no plate"}.`,
    });
  }
  return Uint8Array.from(sites.flatMap((site) => new Array<number>(site.slot.size).fill(Number(!isOn(site)))));
}

/** For each latent of `to`, the one of the fit that has its name; -1 for a new member of a plate. */
function matchLatents({ sites, model }: Replay, to: CompiledModel): Int32Array {
  const places = new Map(latentNames(sites, model).map((name, i) => [name, i]));
  const fitted = sites.map(({ name }) => name);
  const wanted = latentSites(to);
  const unknown = wanted.find(({ name }) => !fitted.includes(name));
  if (unknown !== undefined) refuseVariable(unknown.name, fitted);
  return Int32Array.from(latentNames(wanted, to), (name) => places.get(name) ?? -1);
}

function refuseVariable(field: string, names: readonly string[]): never {
  throw new PoolishError("the fit has no draws of this value of the model", {
    kind: "input",
    field,
    remedy: `Pass the model that was fitted; it samples ${names.join(", ")}.`,
  });
}
