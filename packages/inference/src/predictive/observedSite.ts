import { type Likelihood, PoolishError, type Rng } from "@poolish/core";
import { type CompiledModel, familySampler, gatherTheta, type Instruction, observedLikelihood } from "@poolish/ppl";
import type { Replay } from "./replay.ts";

/** Data that a model explains: where they stand, their log-likelihood and their prediction at the replay's values. */
export interface ObservedSite {
  readonly site: string;
  /** Names of what is explained; the site's own name where a distribution of the language explains it. */
  readonly columns: readonly string[];
  readonly numTrials: number;
  readonly isNormalised: boolean;
  /** What was observed: numTrials × columns, row-major. */
  readonly observed: Float64Array;
  /** Equal trials of equal parameters share a term. */
  readonly numTerms: number;
  readonly termOfTrial: Int32Array;
  /** The log-likelihood of each term at the replay's values; overwritten by the next call. */
  logTerms(): Float64Array;
  /**
   * Overwrites `out` (numTrials × columns, row-major) with new data, given the replay's values.
   * @throws PoolishError for a likelihood that cannot be sampled.
   */
  draw(rng: Rng, out: Float64Array): void;
}

/** Names of all sites with data, learned ones first. */
export function siteNames({ observations, plainObservations }: CompiledModel): string[] {
  return [...observations, ...plainObservations].map(({ site }) => site);
}

/** The observed site of that name; the only one when no name is given. @throws PoolishError naming the sites there are. */
export function observedSite(replay: Replay, likelihoods: readonly Likelihood[], name?: string): ObservedSite {
  const names = siteNames(replay.model);
  const site = name ?? (names.length === 1 ? names[0] : undefined);
  if (site !== undefined && names.includes(site)) return findSite(replay, likelihoods, site);
  throw new PoolishError(site === undefined ? "there are several sites with data" : "no data are explained there", {
    kind: "input",
    field: site ?? "site",
    remedy: `Its sites are ${names.join(", ") || "none"}.`,
  });
}

function findSite(replay: Replay, likelihoods: readonly Likelihood[], site: string): ObservedSite {
  const { instructions, observations } = replay.model;
  const index = instructions.findIndex((instruction) => {
    if (instruction.op === "learned") return observations[instruction.observation].site === site;
    return instruction.op === "logDensity" && instruction.site === site;
  });
  const instruction: Instruction | undefined = instructions[index];
  if (instruction?.op === "learned") {
    const observation = observations[instruction.observation];
    // With its lapses: a predicted trial may be one.
    const likelihood = observedLikelihood(likelihoods[observation.likelihood], observation);
    return learnedSite(replay, index, instruction, likelihood);
  }
  if (instruction?.op === "logDensity") return plainSite(replay, index, instruction);
  throw new Error(`no instruction of the tape explains ${site}`);
}

type Terms = Pick<ObservedSite, "numTerms" | "termOfTrial" | "logTerms">;

function termsOf({ steps }: Replay, index: number, numTrials: number): Terms {
  const step = steps[index];
  const { logTerms } = step;
  if (logTerms === undefined) throw new Error(`instruction ${index} of the tape has no terms`);
  return {
    numTerms: logTerms.length,
    termOfTrial: step.termOfTrial ?? Int32Array.from({ length: numTrials }, (_, i) => i),
    logTerms() {
      step.forward();
      return logTerms;
    },
  };
}

function plainSite(
  replay: Replay,
  index: number,
  instruction: Extract<Instruction, { op: "logDensity" }>,
): ObservedSite {
  const { site, x, count } = instruction;
  const width = x.size / count;
  const draw = familySampler(instruction, replay.values);
  return {
    site,
    columns: width === 1 ? [site] : Array.from({ length: width }, (_, i) => `${site}_${i + 1}`),
    numTrials: count,
    isNormalised: true,
    observed: replay.values.slice(x.offset, x.offset + x.size),
    ...termsOf(replay, index, count),
    draw,
  };
}

function learnedSite(
  replay: Replay,
  index: number,
  { observation, parts }: Extract<Instruction, { op: "learned" }>,
  likelihood: Likelihood,
): ObservedSite {
  const { site, columns, row, numRows } = replay.model.observations[observation];
  const names = likelihood.columns.map(({ name }) => name);
  const numTrials = row.length;
  const width = parts.length;
  const rows = new Float64Array(numRows * width);
  const theta = new Float64Array(numTrials * width);
  const interleave = (of: readonly string[]): Float64Array =>
    Float64Array.from(
      { length: numTrials * of.length },
      (_, i) => columns[of[i % of.length]][Math.floor(i / of.length)],
    );
  const conditions = interleave(likelihood.conditions.map(({ name }) => name));
  return {
    site,
    columns: names,
    numTrials,
    isNormalised: likelihood.isNormalised,
    observed: interleave(names),
    ...termsOf(replay, index, numTrials),
    draw(rng, out) {
      const { sample } = requireSampler(likelihood, site);
      gatherTheta(replay.values, parts, numRows, rows);
      for (let t = 0; t < numTrials; t++) theta.set(rows.subarray(row[t] * width, (row[t] + 1) * width), t * width);
      sample(rng, theta, numTrials, out, conditions);
    },
  };
}

interface Sampler extends Likelihood {
  readonly sample: NonNullable<Likelihood["sample"]>;
}

/** @throws PoolishError unless the likelihood can be sampled. */
export function requireSampler(likelihood: Likelihood, site: string): Sampler {
  if (likelihood.sample !== undefined) return likelihood as Sampler;
  throw new PoolishError("this likelihood is known up to a factor only and cannot be sampled", {
    kind: "input",
    field: site,
    remedy: "Use the simulator for predictions.",
  });
}
