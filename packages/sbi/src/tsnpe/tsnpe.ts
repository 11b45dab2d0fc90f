import { PoolishError, requireCount, rngFromSeed } from "@poolish/core";
import type { PosteriorEstimator } from "@poolish/estimators";
import { dropFailed } from "../dropFailed.ts";
import { joinSimulations } from "../joinSimulations.ts";
import { type JointPrior, jointPrior } from "../jointPrior.ts";
import { type NpeRecipe, npe } from "../npe/npe.ts";
import { type SimulateOptions, simulate } from "../simulate.ts";
import type { Simulations } from "../simulations.ts";
import { train } from "../train.ts";
import type { TrainOptions } from "../trainOptions.ts";
import { type TruncatedPrior, truncatePrior } from "./truncatedPrior.ts";

export interface TsnpeOptions
  extends Omit<SimulateOptions, "count">,
    Pick<TrainOptions, "onWarning" | "onNotice" | "onProgress" | "signal"> {
  /** The observation: one row of columns (known conditions behind them), or as many as there are trials. */
  readonly x: number | ArrayLike<number>;
  /** At most so many rounds of simulation and training; 5 by default. */
  readonly rounds?: number;
  readonly countPerRound: number;
  /** What is learned in each round; `npe()` unless told. */
  readonly recipe?: NpeRecipe;
  /** The share of the posterior's mass that may lie beyond the truncated prior; 1e-4 by default (the paper's). */
  readonly quantile?: number;
}

/** One round: where it simulated, and what it came to. */
export interface TsnpeRound {
  /** The share of the prior's mass that it simulated from: 1 for the first. */
  readonly keptShare: number;
  /** Held-out log-density of θ after its training, in nats. */
  readonly heldOutLogDensity: number;
}

/** A posterior for one observation. */
export interface Tsnpe {
  /** Of the last round. It holds for `x` and its like: elsewhere the truncated prior has hidden θ from it. */
  readonly estimator: PosteriorEstimator;
  /** Of all rounds, those that failed left out. */
  readonly simulations: Simulations;
  readonly rounds: readonly TsnpeRound[];
  /** Why there were no more rounds, in words. */
  readonly reason: string;
}

/** A round that would simulate from more than this share of what the last one did would add simulations, and no more. */
const ENOUGH = 0.8;
/** Below this share of the prior, rejection takes longer than it is worth. */
const SMALLEST_SHARE = 1e-5;

/**
 * Truncated sequential neural posterior estimation (Deistler, Goncalves & Macke 2022): each round simulates where the last
 * round's posterior at `x` has its mass, from the prior truncated to that region, and learns from all rounds together. The
 * loss needs no correction, for within the region θ is proposed in proportion to the prior.
 *
 * Stops after `rounds`; or earlier, when the next region would keep more than 80 % of the prior's mass in the last one; or
 * when it would keep less than 1e-5 of the prior.
 * @throws PoolishError for options out of range, as `simulate` and `train` do, and when cancelled.
 */
export async function tsnpe(options: TsnpeOptions): Promise<Tsnpe> {
  const { rounds = 5, seed, x, quantile = 1e-4 } = options;
  requireCount("rounds", rounds, 1);
  requireCount("seed", seed, 0);
  requireQuantile(quantile);
  requireObservation(options);
  const prior = jointPrior(options.prior, options.simulator.parameters);
  const root = rngFromSeed(seed);
  const done: TsnpeRound[] = [];
  let proposal: JointPrior | TruncatedPrior = prior;
  let keptShare = 1;
  let state: { simulations: Simulations; estimator: PosteriorEstimator } | undefined;
  for (let round = 0; ; round++) {
    const label = `round ${round + 1} of ${rounds}`;
    state = await runRound(
      options,
      proposal,
      root.foldIn(3 * round).uint32(),
      root.foldIn(3 * round + 1).uint32(),
      label,
      state,
    );
    done.push({ keptShare, heldOutLogDensity: state.estimator.spec.provenance.heldOutLogDensity });
    if (round + 1 === rounds) return { ...state, rounds: done, reason: `All ${rounds} rounds are done.` };
    const next = truncatePrior(prior, state.estimator, x, quantile, root.foldIn(3 * round + 2));
    const reason = reasonToStop(next.keptShare, keptShare);
    if (reason !== undefined) return { ...state, rounds: done, reason };
    proposal = next;
    keptShare = next.keptShare;
  }
}

function reasonToStop(next: number, last: number): string | undefined {
  const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
  if (next < SMALLEST_SHARE) return `The next round would keep ${percent(next)} of the prior: too little to draw from.`;
  if (next <= ENOUGH * last) return undefined;
  return `The next round would simulate from ${percent(next)} of the prior, the last one did from ${percent(last)}.`;
}

async function runRound(
  options: TsnpeOptions,
  prior: JointPrior,
  simulationSeed: number,
  trainingSeed: number,
  label: string,
  before: { readonly simulations: Simulations } | undefined,
): Promise<{ simulations: Simulations; estimator: PosteriorEstimator }> {
  const { simulator, conditions, trials, countPerRound: count, recipe = npe(), signal, onWarning, onNotice } = options;
  const { onProgress } = options;
  const watch = {
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: (progress: Parameters<typeof onProgress>[0]) =>
        onProgress({ ...progress, message: [label, progress.message].filter(Boolean).join(": ") }),
    }),
  };
  const how = { ...(conditions && { conditions }), ...(trials && { trials }) };
  const fresh = await simulate({ simulator, prior, count, seed: simulationSeed, ...how, ...watch });
  const usable = dropFailed(fresh).simulations;
  const simulations = before === undefined ? usable : joinSimulations(before.simulations, usable);
  // What was chosen in the first round holds for all.
  const tell = {
    ...(onWarning && { onWarning }),
    onNotice: before === undefined ? (onNotice ?? console.log) : () => {},
  };
  const estimator = await train(recipe, simulations, { seed: trainingSeed, ...tell, ...watch });
  return { simulations, estimator };
}

/** What does not fit is better known before the first round than after it. */
function requireObservation({ x, simulator: { columns, conditions = [] }, trials }: TsnpeOptions): void {
  const values = typeof x === "number" ? [x] : Array.from(x);
  const width = columns.length + conditions.length;
  const numRows = values.length / width;
  if (trials === undefined ? numRows !== 1 : !Number.isInteger(numRows) || numRows < 1) {
    const wanted = trials === undefined ? `${width}` : `a positive multiple of ${width}`;
    refuse("x", `got ${values.length} numbers, expected ${wanted}`, "Pass one observation, conditions behind columns.");
  }
  if (!values.every(Number.isFinite)) refuse("x", "it holds a number that is not finite", "Leave that out.");
}

function requireQuantile(quantile: number): void {
  if (quantile > 0 && quantile < 0.1) return;
  refuse("quantile", `expected a share above 0 and below 0.1, got ${quantile}`, "Leave it out to get 1e-4.");
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}
