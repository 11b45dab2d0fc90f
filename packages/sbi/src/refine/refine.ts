import {
  type CancelSignal,
  type OnProgress,
  PoolishError,
  requireCount,
  rngFromSeed,
  type Simulator,
} from "@poolish/core";
import type { Estimator } from "@poolish/estimators";
import { type Fit, type InferOptions, refit } from "@poolish/inference";
import { dropFailed } from "../dropFailed.ts";
import { joinSimulations } from "../joinSimulations.ts";
import { type NleRecipe, nle } from "../nle.ts";
import { rowsOf } from "../plan/rowsOf.ts";
import { simulate } from "../simulate.ts";
import type { Simulations } from "../simulations.ts";
import { train } from "../train.ts";
import { splitSimulations } from "../training/splitSimulations.ts";
import { posteriorProposal } from "./posteriorProposal.ts";
import { findRefinable, type Refinable } from "./refinable.ts";
import { type ValueChange, valueChanges } from "./valueChanges.ts";

export interface RefineOptions {
  /** What the fit's estimator was trained on; for a further round, the `simulations` of the last one. */
  readonly simulations: Simulations;
  /** New simulations. */
  readonly count: number;
  readonly seed: number;
  /** The learned site whose likelihood is refined; needed where the simulator fits several likelihoods. */
  readonly site?: string;
  /** How to train on; `nle()` unless told. */
  readonly recipe?: NleRecipe;
  /** How to fit again; as many chains and draws as the fit has unless told. */
  readonly infer?: Omit<InferOptions, "seed" | "signal" | "onProgress">;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
  readonly onWarning?: (message: string) => void;
}

/** A fit with a better likelihood, and what that changed. */
export interface Refinement {
  readonly fit: Fit;
  readonly estimator: Estimator;
  /** Old and new ones, those that failed left out: for a further round. */
  readonly simulations: Simulations;
  readonly changes: readonly ValueChange[];
  /**
   * Mean log-density, in nats, of new simulations that no weights were fitted to. (The weights that are kept were chosen
   * by them among those of all epochs, which flatters `after` a little.)
   */
  readonly heldOut: { readonly before: number; readonly after: number };
  /**
   * Share of the groups' θ at posterior draws that lies in the box which the likelihood of the time was trained in, for
   * the parameter for which it is least (see `Fit.extrapolation`).
   */
  readonly boxCoverage: { readonly before: number; readonly after: number };
  /** What changed, in words, and what the new fit has to say of itself: chains that disagree make a shift meaningless. */
  readonly notices: readonly string[];
}

/**
 * Learns more where the posterior lives: simulates at θ of the pooled posterior and of new groups that the model expects
 * (see `posteriorProposal`), trains the estimator on with old and new simulations together, and fits the same model to
 * the same data again. A likelihood needs no correction for where θ was proposed (Papamakarios, Sterratt & Murray 2019).
 * @throws PoolishError for a simulator that matches none of the fit's estimators, simulations that the estimator was not
 * trained on, options out of range, and when cancelled.
 */
export async function refine(fit: Fit, simulator: Simulator, options: RefineOptions): Promise<Refinement> {
  const { simulations: known, count, seed, recipe = nle(), onProgress, signal, onWarning } = options;
  requireCount("count", count, 1);
  requireCount("seed", seed, 0);
  const refinable = findRefinable(fit, simulator, options.site);
  const { index, estimator, sites } = refinable;
  requireTrainedOn(estimator, known);
  const [simulationSeed, trainingSeed, inferenceSeed] = rngFromSeed(seed)
    .split(3)
    .map((rng) => rng.uint32());
  const watch = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  const proposal = posteriorProposal(fit, sites, estimator);
  const fresh = await simulate({ simulator, ...proposal, count, seed: simulationSeed, ...watch });
  const simulations = joinSimulations(dropFailed(known).simulations, dropFailed(fresh).simulations);
  const settings = { seed: trainingSeed, from: estimator, ...(onWarning && { onWarning }), ...watch };
  const refined = await train(recipe, simulations, settings);
  const likelihoods = fit.likelihoods.map((likelihood, k) => (k === index ? refined : likelihood));
  const refitted = await refit(fit, { ...options.infer, likelihoods, seed: inferenceSeed, ...watch });
  const { validation } = splitSimulations(trainingSeed, simulations.count, recipe.validationFraction, estimator);
  const result = {
    fit: refitted,
    estimator: refined,
    simulations,
    changes: valueChanges(fit, refitted),
    heldOut: {
      before: meanLogDensity(estimator, simulations, validation),
      after: meanLogDensity(refined, simulations, validation),
    },
    boxCoverage: { before: boxCoverage(fit, refinable), after: boxCoverage(refitted, refinable) },
  };
  return { ...result, notices: [...describe(result), ...refitted.notices()] };
}

/** One less the share of θ rows, over draws, of the parameter that was beyond its box most often. */
function boxCoverage(fit: Fit, { sites }: Refinable): number {
  const names = sites.map(({ site }) => site);
  const boxes = fit.extrapolation().boxes.filter(({ site }) => names.includes(site));
  return 1 - boxes.reduce((most, { overall }) => Math.max(most, overall), 0);
}

function meanLogDensity(
  { logProb }: Estimator,
  { theta, x, conditionValues, parameters, columns, conditions }: Simulations,
  rows: Int32Array,
): number {
  const known = rowsOf(conditionValues, conditions.length, rows);
  const values = logProb(rowsOf(x, columns.length, rows), rowsOf(theta, parameters.length, rows), known);
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function requireTrainedOn({ spec }: Estimator, { count, simulator }: Simulations): void {
  const { numSimulations, simulator: name } = spec.provenance;
  if (count === numSimulations && simulator === name) return;
  throw new PoolishError(
    `the estimator was trained on ${numSimulations} simulations of ${name}, these are ${count} of ${simulator}`,
    { kind: "input", field: "simulations", remedy: "Pass those that it was trained on, or train again." },
  );
}

function describe({ changes, heldOut, boxCoverage: box }: Omit<Refinement, "notices">): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const moved = changes.toSorted((a, b) => Math.abs(b.shift) - Math.abs(a.shift)).slice(0, 1);
  return [
    ...moved.map(({ name, shift, shiftError }) => {
      return `The posterior mean that moved most is that of ${name}: by ${shift.toFixed(2)} sd (± ${shiftError.toFixed(2)}).`;
    }),
    `Where the posterior lives, the held-out log-density went from ${heldOut.before.toFixed(3)} to ${heldOut.after.toFixed(3)} nats.`,
    `${percent(box.before)} of the groups' parameters lay in the training box, now ${percent(box.after)} do.`,
  ];
}
