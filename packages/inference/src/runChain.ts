import { type Likelihood, type OnProgress, rngFromSeed } from "@poolish/core";
import { type InitialPositionFailure, type NutsInfo, startChain } from "@poolish/mcmc";
import { elementNames, type LinkedModel, linkModel } from "@poolish/ppl";
import type { ChainFailure, ChainResult, ChainTask, NutsStatistics } from "./chainTask.ts";

export interface ChainHooks {
  readonly onProgress?: OnProgress;
  /** Awaited about 100 times a chain, where the thread must do other work in between; may throw to end the chain. */
  readonly breathe?: () => Promise<void>;
}

const NUM_REPORTS = 100;

/** Runs one chain of NUTS. The same task gives the same result on any thread, in any order. */
export async function runChain(
  task: ChainTask,
  likelihoods: readonly Likelihood[],
  { onProgress, breathe }: ChainHooks,
): Promise<ChainResult | ChainFailure> {
  const { model, warmup, draws } = task;
  const target = linkModel(model, likelihoods);
  const rng = rngFromSeed(task.seed).foldIn(task.chain);
  const chain = startChain(target, rng, task);
  if (chain.kind === "noInitialPosition") return { kind: "failed", message: describeStartFailure(target, chain) };
  const { numOutputs, dim } = target;
  const outputs = new Float64Array(draws * numOutputs);
  const positions = new Float64Array(draws * dim);
  const statistics = emptyStatistics(draws);
  const total = warmup + draws;
  const reportEvery = Math.max(1, Math.floor(total / NUM_REPORTS));
  let numDivergences = 0;
  let numGradients = 0;
  for (let i = 1; i <= total; i++) {
    const { isWarmup, position, info } = chain.next();
    numGradients += info.numSteps;
    if (!isWarmup) {
      const draw = i - 1 - warmup;
      target.constrain(position, outputs.subarray(draw * numOutputs, (draw + 1) * numOutputs));
      positions.set(position, draw * dim);
      recordStatistics(statistics, draw, info);
      numDivergences += Number(info.isDivergent);
    }
    if (i % reportEvery === 0 || i === total) {
      const phase = isWarmup ? "warm-up" : `${numDivergences} divergences`;
      onProgress?.({ task: `chain ${task.chain + 1}`, done: i, total, message: phase });
      await breathe?.();
    }
  }
  return { kind: "complete", outputs, positions, statistics, numGradients };
}

function emptyStatistics(draws: number): NutsStatistics {
  return {
    lp: new Float64Array(draws),
    acceptance_rate: new Float64Array(draws),
    step_size: new Float64Array(draws),
    tree_depth: new Float64Array(draws),
    n_steps: new Float64Array(draws),
    diverging: new Float64Array(draws),
    energy: new Float64Array(draws),
    energy_error: new Float64Array(draws),
    reached_max_treedepth: new Float64Array(draws),
  };
}

function recordStatistics(statistics: NutsStatistics, draw: number, info: NutsInfo): void {
  statistics.lp[draw] = info.logDensity;
  statistics.acceptance_rate[draw] = info.acceptanceRate;
  statistics.step_size[draw] = info.stepSize;
  statistics.tree_depth[draw] = info.treeDepth;
  statistics.n_steps[draw] = info.numSteps;
  statistics.diverging[draw] = Number(info.isDivergent);
  statistics.energy[draw] = info.energy;
  statistics.energy_error[draw] = info.energyError;
  statistics.reached_max_treedepth[draw] = Number(info.reachedMaxTreeDepth);
}

/** Why no start was found, in words. */
export function describeStartFailure(target: LinkedModel, failure: InitialPositionFailure): string {
  const { model } = target;
  const names = model.variables
    .filter(({ kind }) => kind === "latent")
    .flatMap((variable) => elementNames(variable, model.coords));
  const blamed = failure.nonFiniteGradient.map((i) => names[i]).join(", ");
  const site = target.nonFiniteSite(failure.position);
  const what =
    site === undefined
      ? `the gradient in ${blamed} is not finite`
      : `the log-density is ${failure.logDensity}, first at ${site}`;
  return `no starting point was found in ${failure.numAttempts} tries: ${what}`;
}
