import { rngFromSeed } from "@poolish/core";
import { bulkEffectiveSampleSize, type ChainOptions, startChain } from "@poolish/mcmc";
import { linkModel } from "@poolish/ppl";
import type { BenchModel } from "./benchModel.ts";

export interface RunOptions {
  readonly chains: number;
  readonly warmup: number;
  readonly draws: number;
  readonly seed: number;
}

/** What our bench and its Python peers report of one model and seed: all chains, one after the other, on one core. */
export interface RunResult {
  readonly model: string;
  readonly seed: number;
  /** The smallest bulk ESS of any latent scalar, over all chains. */
  readonly minEss: number;
  /** Seconds that compilation takes, once a model. */
  readonly compileSeconds: number;
  readonly warmupSeconds: number;
  readonly sampleSeconds: number;
  readonly warmupGradients: number;
  readonly sampleGradients: number;
  readonly divergences: number;
}

/**
 * Runs the chains in this thread, with the constrained values of each draw computed and stored, as `infer` does.
 * `compileSeconds` is 0: what the engine's compiler takes shows only beside a second run. Bulk ESS goes by ranks, and is
 * the same on the constrained and the unconstrained scale.
 */
export function runModel(
  model: BenchModel,
  { chains, warmup, draws, seed }: RunOptions,
  more: Partial<ChainOptions> = {},
): RunResult {
  const compilation = model.compile();
  const target = linkModel(compilation.model, compilation.likelihoods);
  const { dim, numOutputs } = target;
  const seconds = [0, 0];
  const gradients = [0, 0];
  let divergences = 0;
  const positions = Array.from({ length: chains }, () => new Float64Array(draws * dim));
  const outputs = new Float64Array(numOutputs);
  const stored = new Float64Array(draws * numOutputs);
  for (const [c, rng] of rngFromSeed(seed).split(chains).entries()) {
    let start = performance.now();
    const chain = startChain(target, rng, { warmup, draws, ...more });
    if (chain.kind === "noInitialPosition") throw new Error(`${model.name}: no start was found`);
    for (let i = 0; i < warmup; i++) gradients[0] += chain.next().info.numSteps;
    seconds[0] += (performance.now() - start) / 1000;
    start = performance.now();
    for (let i = 0; i < draws; i++) {
      const { position, info } = chain.next();
      gradients[1] += info.numSteps;
      divergences += Number(info.isDivergent);
      target.constrain(position, outputs);
      for (let k = 0; k < dim; k++) positions[c][i * dim + k] = position[k];
      for (let k = 0; k < numOutputs; k++) stored[i * numOutputs + k] = outputs[k];
    }
    seconds[1] += (performance.now() - start) / 1000;
  }
  const minEss = smallestEss(positions, dim, draws);
  const [warmupSeconds, sampleSeconds] = seconds;
  const [warmupGradients, sampleGradients] = gradients;
  const times = { compileSeconds: 0, warmupSeconds, sampleSeconds };
  return { model: model.name, seed, minEss, ...times, warmupGradients, sampleGradients, divergences };
}

function smallestEss(positions: readonly Float64Array[], dim: number, draws: number): number {
  const ofCoordinate = (i: number) =>
    bulkEffectiveSampleSize(positions.map((all) => Float64Array.from({ length: draws }, (_, n) => all[n * dim + i])));
  return Math.min(...Array.from({ length: dim }, (_, i) => ofCoordinate(i)));
}
