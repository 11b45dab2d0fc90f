import { type Likelihood, PoolishError, type Rng } from "@poolish/core";
import { type Compilation, elementNames, type Model } from "@poolish/ppl";
import { type InferOptions, inferCompiled, prepare } from "./infer.ts";
import { forEachDraw } from "./predictive/fitDraws.ts";
import { countLatents, latentSites } from "./predictive/latentSites.ts";
import { type ObservedSite, observedSite, siteNames } from "./predictive/observedSite.ts";
import { createReplay, type Replay } from "./predictive/replay.ts";
import { withData } from "./predictive/withData.ts";

/** A truth and draws of the posterior given data that it led to: what simulation-based calibration ranks. */
export interface Replicate {
  readonly truth: Float64Array;
  /** Draws × quantities, row-major. */
  readonly draws: { readonly values: Float64Array; readonly numColumns: number };
}

export interface PriorReplicates {
  /** All scalars of the model, and "log-likelihood", a function of both parameters and data. */
  readonly names: readonly string[];
  /** Draws parameters and data from the model, and fits them; everything random comes from `rng`. */
  run(rng: Rng): Promise<Replicate>;
}

export interface PriorReplicatesOptions extends Omit<InferOptions, "seed"> {
  /**
   * What draws the data of a learned site in place of the likelihood that will explain them: the simulator itself, by
   * site. Then ranks show what is wrong with the likelihood, too.
   */
  readonly samplers?: Readonly<Record<string, Likelihood["sample"]>>;
}

/**
 * Makes a model check itself: hand the result to `simulationBasedCalibration` of @poolish/checks. `data` give what the
 * model conditions on and the number of trials; what they say of the observed columns is replaced. The log-likelihood is
 * ranked with the parameters, because parameters alone do not notice a method that ignores the data (Modrák et al. 2023,
 * Bayesian Analysis). @throws PoolishError for a model or data that cannot be right, options out of range, and a sampler of
 * a site that no learned likelihood explains.
 */
export function priorReplicates<Data>(
  model: Model<Data>,
  data: Data,
  { samplers = {}, ...options }: PriorReplicatesOptions,
): PriorReplicates {
  const compilation = prepare(model, data, { ...options, seed: 0 });
  const { likelihoods } = compilation;
  requireLearnedSites(Object.keys(samplers), compilation);
  const replay = createReplay(compilation, new Uint8Array(countLatents(latentSites(compilation.model))));
  const sites = sitesOf(replay, compilation, samplers);
  const names = compilation.model.variables.flatMap((variable) => elementNames(variable, compilation.model.coords));
  const width = names.length + 1;
  return {
    names: [...names, "log-likelihood"],
    async run(rng) {
      const [latents, noise, chains] = rng.split(3);
      replay.run(new Float64Array(replay.numLatents), latents);
      const truth = new Float64Array(width);
      replay.outputs(truth);
      const values = sites.map((site, s) => {
        const drawn = new Float64Array(site.numTrials * site.columns.length);
        site.draw(noise.foldIn(s), drawn);
        return drawn;
      });
      const replicate = { model: withData(compilation.model, sites, values), likelihoods };
      truth[names.length] = logLikelihoodAtTruth(replicate, replay);
      const fit = await inferCompiled(replicate, { ...options, seed: chains.uint32() });
      const draws = new Float64Array(fit.numChains * fit.numDraws * width);
      const own = createReplay(replicate);
      const ownSites = sitesOf(own, replicate);
      forEachDraw(fit, own, (draw) => {
        const row = draws.subarray(draw * width, (draw + 1) * width);
        own.outputs(row);
        row[names.length] = sumOfTrials(ownSites);
      });
      return { truth, draws: { values: draws, numColumns: width } };
    },
  };
}

function sitesOf(
  replay: Replay,
  { likelihoods }: Compilation,
  samplers: NonNullable<PriorReplicatesOptions["samplers"]> = {},
): readonly ObservedSite[] {
  return siteNames(replay.model).map((name) => {
    const sample = samplers[name];
    const drawing = sample === undefined ? likelihoods : likelihoods.map((each) => withSampler(each, sample));
    return observedSite(replay, drawing, name);
  });
}

function withSampler(likelihood: Likelihood, sample: NonNullable<Likelihood["sample"]>): Likelihood {
  const { parameters, columns, conditions, isNormalised } = likelihood;
  return {
    ...{ parameters, columns, conditions, isNormalised, sample },
    bind: (data, row, numRows) => likelihood.bind(data, row, numRows),
    toDescriptor: () => likelihood.toDescriptor(),
  };
}

function requireLearnedSites(names: readonly string[], { model: { observations } }: Compilation): void {
  const sites = observations.map(({ site }) => site);
  const unknown = names.find((name) => !sites.includes(name));
  if (unknown === undefined) return;
  throw new PoolishError("no learned likelihood explains data of that name", {
    kind: "input",
    field: unknown,
    remedy: `The learned sites are ${sites.join(", ") || "none"}.`,
  });
}

/** Of the new data, at the values that `truth` holds. */
function logLikelihoodAtTruth(replicate: Compilation, truth: Replay): number {
  const replay = createReplay(replicate);
  const sites = sitesOf(replay, replicate);
  // Both tapes have one layout and differ in their data alone.
  replay.values.set(truth.values);
  for (const { offset, values } of replicate.model.constants) replay.values.set(values, offset);
  return sumOfTrials(sites);
}

function sumOfTrials(sites: readonly ObservedSite[]): number {
  let sum = 0;
  for (const { logTerms, termOfTrial } of sites) {
    const terms = logTerms();
    for (let trial = 0; trial < termOfTrial.length; trial++) sum += terms[termOfTrial[trial]];
  }
  return sum;
}
