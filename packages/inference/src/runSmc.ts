import { type CancelSignal, type OnProgress, PoolishError, pause, rngFromSeed, throwIfAborted } from "@poolish/core";
import {
  createBlockWorker,
  createRun,
  reportTemperature,
  requireSmcOptions,
  type SmcDraws,
  type SmcFailure,
  smcSteps,
} from "@poolish/mcmc";
import { type Compilation, type LinkedModel, linkModel, temperedModel } from "@poolish/ppl";
import type { ChainResult } from "./chainTask.ts";
import type { ExtrapolationThresholds } from "./extrapolation/thresholds.ts";
import { createFit, type Fit } from "./fit.ts";

export interface SmcRun {
  readonly seed: number;
  /** The particles come in so many blocks of the same size, in place of chains. */
  readonly chains: number;
  readonly particles: number;
  readonly extrapolation?: ExtrapolationThresholds;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Milliseconds of work between two looks at the event loop. */
const BREATH = 50;
/** Standard error of the log evidence from which the particles say too little: the evidence is off by two thirds. */
const LARGEST_STANDARD_ERROR = 0.5;

/**
 * Fits by tempering SMC from the prior, in this thread alone for now; it breathes every 50 ms. The fit has its evidence,
 * where the likelihoods are normalised, and no statistics of trajectories. Its draws are ordered by ancestor, so that
 * blocks hold (nearly) unrelated particles. @throws PoolishError when no draw from the prior has a finite log-density,
 * and when cancelled: particles on the way are not draws from the posterior.
 */
export async function runSmc(compilation: Compilation, run: SmcRun): Promise<Fit> {
  const { seed, chains, particles, extrapolation = {} } = run;
  const { model, likelihoods } = compilation;
  const draws = requireDraws(model.name, await drawParticles(compilation, run));
  const target = linkModel(model, likelihoods);
  const size = particles / chains;
  const blocks = Array.from({ length: chains }, (_, block) => blockOf(target, draws, block * size, size));
  const isNormalised = likelihoods.every((likelihood) => likelihood.isNormalised);
  const description = {
    seed,
    warmup: 0,
    method: "smc",
    extrapolation,
    numGradients: draws.numGradients,
    notices: noticesOf(draws),
    ...(isNormalised ? { evidence: draws.evidence } : {}),
  } as const;
  return createFit(compilation, description, blocks);
}

async function drawParticles({ model, likelihoods }: Compilation, run: SmcRun): Promise<SmcDraws | SmcFailure> {
  const { seed, particles, onProgress, signal } = run;
  const density = temperedModel(model, likelihoods);
  const state = createRun(density.dim, rngFromSeed(seed), requireSmcOptions({ particles }));
  const worker = createBlockWorker(density, state.blockRng, state.particles);
  const steps = smcSteps(state);
  const breathe = breather(signal);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (value.kind === "temperature") {
      reportTemperature(value, onProgress);
      await breathe(0);
      continue;
    }
    for (let block = 0; block < value.numBlocks; block++) {
      worker.run(value.task, block);
      await breathe(BREATH);
    }
  }
}

/** Gives way to the event loop when `interval` milliseconds have passed since the last time. Throws when cancelled. */
function breather(signal: CancelSignal | undefined): (interval: number) => Promise<void> {
  let lastPause = Date.now();
  return async (interval) => {
    if (Date.now() - lastPause < interval) return;
    await pause();
    throwIfAborted(signal, "infer");
    lastPause = Date.now();
  };
}

/** Draws from number `first` on, as a chain. */
function blockOf(target: LinkedModel, draws: SmcDraws, first: number, size: number): ChainResult {
  const { dim, numOutputs } = target;
  const positions = draws.positions.slice(first * dim, (first + size) * dim);
  const outputs = new Float64Array(size * numOutputs);
  for (let i = 0; i < size; i++) {
    const position = positions.subarray(i * dim, (i + 1) * dim);
    target.constrain(position, outputs.subarray(i * numOutputs, (i + 1) * numOutputs));
  }
  const lp = Float64Array.from({ length: size }, (_, i) => draws.logPrior[first + i] + draws.logLikelihood[first + i]);
  return { kind: "complete", outputs, positions, statistics: { lp }, numGradients: 0 };
}

function noticesOf({ evidence: { standardError }, numDuplicates, numDraws }: SmcDraws): string[] {
  return [
    "R-hat and ESS say nothing about convergence here: the chains are blocks of one population of SMC, and no draw of " +
      "it went looking for modes that the prior's particles missed. Compare fits of several seeds.",
    ...(standardError <= LARGEST_STANDARD_ERROR
      ? []
      : [
          `The log evidence has a standard error of ${standardError.toFixed(2)}: few particles of the prior led to the ` +
            "posterior, and the masses of its modes are as uncertain. Pass more particles.",
        ]),
    ...(numDuplicates === 0 ? [] : [`${numDuplicates} of ${numDraws} draws equal another one: their moves failed.`]),
  ];
}

function requireDraws(name: string, draws: SmcDraws | SmcFailure): SmcDraws {
  if (draws.kind === "complete") return draws;
  const what = draws.cause === "prior" ? "log prior" : "log-likelihood";
  throw new PoolishError(`none of ${draws.numAttempts} draws from the prior has a finite ${what}`, {
    kind: "numerical",
    field: name,
    remedy: "Check the priors and the data for values that the model cannot produce.",
  });
}
