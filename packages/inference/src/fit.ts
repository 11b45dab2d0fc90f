import type { InferenceData, Likelihood } from "@poolish/core";
import { type Evidence, LARGEST_K_HAT, type Summary, summarize } from "@poolish/mcmc";
import { type Compilation, type CompiledModel, elementNames } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import { type Diagnostics, diagnose } from "./diagnose.ts";
import { divergenceNotice } from "./divergentParameters.ts";
import { type DrawTable, drawTable, expandNames, refuseName } from "./drawTable.ts";
import { type Extrapolation, findExtrapolation } from "./extrapolation/extrapolation.ts";
import { extrapolationNotices, requireInside } from "./extrapolation/judgeExtrapolation.ts";
import { type ExtrapolationThresholds, requireThresholds } from "./extrapolation/thresholds.ts";
import type { Method } from "./method.ts";
import { toInferenceData } from "./toInferenceData.ts";

/** One line of the table of results. */
export interface ParameterSummary extends Summary {
  /** `mu`, `rate[5]`. */
  readonly name: string;
}

/** Draws from a posterior, and what is known about their quality. */
export interface Fit {
  readonly model: CompiledModel;
  readonly likelihoods: readonly Likelihood[];
  readonly seed: number;
  readonly numChains: number;
  readonly numDraws: number;
  /** How importance sampling went, for draws that come from it: above a k-hat of 0.7 they are not to be trusted. */
  readonly importance: { readonly kHat: number } | undefined;
  /** log ∫ prior · likelihood with its error, for methods that estimate it and normalised likelihoods; factors count in. */
  readonly evidence: Evidence | undefined;
  /** Draws of one scalar, by the name that `summary` has for it: one array a chain. @throws PoolishError for an unknown name. */
  draws(name: string): readonly Float64Array[];
  /**
   * Draws as data, for training or for other tools: a column for each scalar that `names` has (`mu`, `rate[5]`, or `rate`
   * for all of its elements), one chain after the other. @throws PoolishError for an unknown name.
   */
  draws(names: readonly string[]): DrawTable;
  /** Mean, sd, mcse, 5 % and 95 % quantiles, bulk and tail ESS and R-hat of every scalar. */
  summary(): readonly ParameterSummary[];
  diagnostics(): Diagnostics;
  /**
   * How often learned likelihoods were asked beyond the box that they were trained in, and which trials lie on the wrong
   * side of a bound that a parameter sets. Goes through all draws at the first call.
   */
  extrapolation(): Extrapolation;
  /**
   * Does nothing for a fit whose draws stay where its likelihoods are known. @throws PoolishError when a parameter is
   * beyond its training box in more than 20 % of draws (`extrapolation.errorAbove` of `infer`), naming it.
   */
  requireTrusted(): void;
  /** What a reader should know before trusting the numbers: notices of the model and failed diagnostics. */
  notices(): readonly string[];
  /** Everything in the ArviZ schema. */
  toInferenceData(): InferenceData;
  /** Positions of chain `chain` on the unconstrained scale: numDraws × dim, row-major. */
  positions(chain: number): Float64Array;
}

export interface RunDescription {
  readonly method: Method;
  readonly seed: number;
  readonly warmup: number;
  readonly importance?: { readonly kHat: number };
  readonly evidence?: Evidence;
  /** What the method has to say of its draws, in place of what diagnostics of chains say. */
  readonly notices?: readonly string[];
  /** What a reader should know about the run itself, besides what its draws or diagnostics say. */
  readonly runNotices?: readonly string[];
  /** Gradients that no chain has counted. */
  readonly numGradients?: number;
  readonly extrapolation?: ExtrapolationThresholds;
}

/** R-hat from which chains are said to disagree (Vehtari et al. 2021, §4), and bulk ESS a chain that it takes to tell. */
const LARGEST_R_HAT = 1.01;
const SMALLEST_ESS = 100;
const SMALLEST_E_BFMI = 0.3;

export function createFit(compilation: Compilation, run: RunDescription, chains: readonly ChainResult[]): Fit {
  const { model, likelihoods } = compilation;
  const names = model.variables.flatMap((variable) => elementNames(variable, model.coords));
  const numDraws = chains[0].statistics.lp.length;
  const column = (index: number): readonly Float64Array[] =>
    chains.map(({ outputs }) =>
      Float64Array.from({ length: numDraws }, (_, draw) => outputs[draw * names.length + index]),
    );
  const draws = (name: string): readonly Float64Array[] => {
    const index = names.indexOf(name);
    return index >= 0 ? column(index) : refuseName(name, names);
  };
  const draw: Fit["draws"] = ((wanted: string | readonly string[]) =>
    typeof wanted === "string" ? draws(wanted) : drawTable(expandNames(model, wanted), draws)) as Fit["draws"];
  let summaries: readonly ParameterSummary[] | undefined;
  let diagnostics: Diagnostics | undefined;
  let extrapolation: Extrapolation | undefined;
  const thresholds = requireThresholds(run.extrapolation);
  const fit: Fit = {
    model,
    likelihoods,
    seed: run.seed,
    numChains: chains.length,
    numDraws,
    importance: run.importance,
    evidence: run.evidence,
    draws: draw,
    summary() {
      summaries ??= names.map((name, index) => ({ name, ...summarize(column(index)) }));
      return summaries;
    },
    diagnostics() {
      diagnostics ??= diagnose(compilation, chains, run.numGradients ?? 0);
      return diagnostics;
    },
    extrapolation() {
      extrapolation ??= findExtrapolation(fit);
      return extrapolation;
    },
    requireTrusted: () => requireInside(fit.extrapolation(), thresholds),
    notices: () => [
      ...model.notices,
      ...(run.runNotices ?? []),
      ...extrapolationNotices(fit.extrapolation(), thresholds),
      ...(run.notices ?? judge(fit)),
    ],
    toInferenceData: () => toInferenceData(compilation, run, chains),
    positions: (chain) => chains[chain].positions,
  };
  return fit;
}

function judge(fit: Fit): string[] {
  const { divergences, divergentParameters: where, funnels, eBfmi: energies, maxTreeDepthHits } = fit.diagnostics();
  const total = fit.numChains * fit.numDraws;
  const doubtful = fit
    .summary()
    // A value that never varies (the first entry of a Cholesky factor) has neither R-hat nor ESS.
    .filter(({ sd, rHat, essBulk }) => sd !== 0 && !(rHat < LARGEST_R_HAT && essBulk >= SMALLEST_ESS * fit.numChains));
  const kHat = fit.importance?.kHat ?? -Infinity;
  return [
    ...(kHat <= LARGEST_K_HAT
      ? []
      : [
          `Pareto k-hat is ${kHat.toFixed(2)}: the draws are those of an approximation, not of the posterior. Use method: "nuts".`,
        ]),
    ...(divergences > 0 ? [divergenceNotice(divergences, total, where, funnels)] : []),
    ...(maxTreeDepthHits > 0
      ? [`${maxTreeDepthHits} of ${total} trajectories were cut off at the largest tree depth.`]
      : []),
    ...(energies.some((value) => value < SMALLEST_E_BFMI)
      ? ["E-BFMI is below 0.3 in a chain: its energy is explored slowly."]
      : []),
    ...(doubtful.length > 0
      ? [
          `${doubtful.map(({ name }) => name).join(", ")}: R-hat or bulk ESS say that the chains are too short to trust.`,
        ]
      : []),
  ];
}
