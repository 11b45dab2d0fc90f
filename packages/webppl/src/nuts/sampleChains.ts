import { type OnProgress, PoolishError, type Rng } from "@poolish/core";
import { createDrawStore, type InitialPositionFailure, type StoredDraws, startChain } from "@poolish/mcmc";
import type { GeneratedDraw, ProgramDensity } from "../density/programDensity.ts";
import { differs } from "./checkGradient.ts";
import type { NutsOptions } from "./nutsOptions.ts";

/** One chain, and the program at each of its draws. */
export interface ProgramChain {
  /** Divergences after warm-up. */
  readonly numDivergences: number;
  readonly draws: StoredDraws;
  /** numDraws × numConstrained, row-major: the values of all choices. */
  readonly constrained: Float64Array;
  readonly generated: readonly GeneratedDraw[];
}

/**
 * Relative error (absolute below 1) of a tape's log-density against the program's own: the two compute log Γ in
 * different ways, which agree to ten digits.
 */
const TAPE_TOLERANCE = 1e-6;
const NUM_REPORTS = 100;
/** Of so many draws one is made by the program itself, the others by its tapes. */
const CHECK_EVERY = 16;

/**
 * Runs the chains one after the other; stops after each iteration, so that the caller can do something else or give up.
 * Chain c has the stream rng.foldIn(c), so it does not depend on the others. The program itself is run at every
 * sixteenth draw; where a tape has not told its log-density, all chains are run again without tapes.
 * @throws PoolishError when a chain finds no position to start from.
 */
export function* sampleChains(
  density: ProgramDensity,
  rng: Rng,
  options: NutsOptions,
  onProgress?: OnProgress,
): Generator<void, readonly ProgramChain[]> {
  const chains = yield* allChains(density, rng, options, onProgress);
  if (chains.every(isFaithful)) return chains;
  density.interpret();
  const again = yield* allChains(density, rng, options, onProgress);
  for (const chain of again) requireFaithful(chain);
  return again;
}

function* allChains(
  density: ProgramDensity,
  rng: Rng,
  options: NutsOptions,
  onProgress: OnProgress | undefined,
): Generator<void, readonly ProgramChain[]> {
  const chains: ProgramChain[] = [];
  for (let chain = 0; chain < options.chains; chain++) {
    const task = `chain ${chain + 1} of ${options.chains}`;
    chains.push(yield* sampleOne(density, rng.foldIn(chain), options, task, onProgress));
  }
  return chains;
}

function* sampleOne(
  density: ProgramDensity,
  rng: Rng,
  options: NutsOptions,
  task: string,
  onProgress: OnProgress | undefined,
): Generator<void, ProgramChain> {
  const { samples, burn, targetAcceptance, maxTreeDepth } = options;
  const chain = startChain(density, rng, { warmup: burn, draws: samples, targetAcceptance, maxTreeDepth });
  if (chain.kind === "noInitialPosition") throw noStart(chain, density);
  const store = createDrawStore(density.dim, samples);
  const total = burn + samples;
  const reportEvery = Math.ceil(total / NUM_REPORTS);
  let numDivergences = 0;
  for (let done = 1; done <= total; done++) {
    const { isWarmup, position, info } = chain.next();
    if (!isWarmup) store.draw(position, info);
    numDivergences += Number(!isWarmup && info.isDivergent);
    if (done % reportEvery === 0 || done === total) {
      const message = `${isWarmup ? "warm-up" : "sampling"}, ${numDivergences} divergences`;
      onProgress?.({ task, done, total, message });
    }
    yield;
  }
  return { numDivergences, draws: store.stored(), ...generate(density, store.stored()) };
}

function generate(density: ProgramDensity, draws: StoredDraws): Pick<ProgramChain, "constrained" | "generated"> {
  const { dim, numConstrained } = density;
  const constrained = new Float64Array(draws.numDraws * numConstrained);
  const generated = Array.from({ length: draws.numDraws }, (_, i) => {
    const position = draws.positions.subarray(i * dim, (i + 1) * dim);
    const values = constrained.subarray(i * numConstrained, (i + 1) * numConstrained);
    return i % CHECK_EVERY === 0 ? density.generate(position, values) : density.recall(position, values);
  });
  return { constrained, generated };
}

function isFaithful(chain: ProgramChain): boolean {
  return unfaithfulDraw(chain) < 0;
}

/** @throws PoolishError when the program says something else on numbers than it said on AD values. */
function requireFaithful(chain: ProgramChain): void {
  const draw = unfaithfulDraw(chain);
  if (draw >= 0) throw differs(chain.generated[draw].logDensity, chain.draws.statistics.logDensity[draw]);
}

function unfaithfulDraw({ draws, generated }: ProgramChain): number {
  return generated.findIndex(({ logDensity }, i) => {
    const error = Math.abs(logDensity - draws.statistics.logDensity[i]);
    return !(error <= TAPE_TOLERANCE * (1 + Math.abs(logDensity)));
  });
}

/** Returns, or throws at the line that is to blame, the error for a density that is nowhere finite where chains may start. */
export function noStart({ numAttempts, logDensity }: InitialPositionFailure, density: ProgramDensity): PoolishError {
  const problem = (found: string) =>
    new PoolishError(`no start with a finite log-density in ${numAttempts} tries (${found})`, {
      kind: "model",
      field: "model",
      remedy: "Check that the data are possible under the model and that no parameter leaves its range.",
    });
  density.blame(problem);
  const reason = density.lastFailure === undefined ? "" : `: ${density.lastFailure}`;
  return problem(`the best was ${logDensity}${reason}`);
}
