import { type OnProgress, PoolishError, type Rng } from "@poolish/core";
import type { InitialPositionFailure } from "@poolish/mcmc";
import type { GeneratedDraw, ProgramDensity } from "../density/programDensity.ts";
import type { ChainPool, OpenPool } from "./chainPool.ts";
import { differs } from "./checkGradient.ts";
import { type ChainHooks, type DrawnChain, drawChain } from "./drawChain.ts";
import type { NutsOptions } from "./nutsOptions.ts";

/** One chain, and the program at each of its draws. */
export interface ProgramChain extends DrawnChain {
  /** numDraws × numConstrained, row-major: the values of all choices. */
  readonly constrained: Float64Array;
  readonly generated: readonly GeneratedDraw[];
}

/** What work in steps leaves between them: nothing, or something to wait for. */
export type Steps<T> = Generator<undefined | Promise<unknown>, T>;

/** Who hears of the chains, and who runs some of them. */
export interface ChainHelp {
  readonly onProgress?: OnProgress | undefined;
  readonly openPool?: OpenPool | undefined;
  /** Told milliseconds so far and the share of the work that is done: true once threads should help. */
  readonly areThreadsWorth?: ThreadRule | undefined;
}

export type ThreadRule = (elapsed: number, share: number) => boolean;

/**
 * Relative error (absolute below 1) of a tape's log-density against the program's own: the two compute log Γ in
 * different ways, which agree to ten digits.
 */
const TAPE_TOLERANCE = 1e-6;
/** Of so many draws one is made by the program itself, the others by its tapes; of long chains 64 draws. */
const CHECK_EVERY = 16;
const MAX_CHECKS = 64;

/**
 * Runs the chains, in steps between which the caller can do something else or give up. Where they would take long, and
 * the program is on tape, threads run some of them (`openPool`): the draws are the same. The program itself is run at
 * some of the draws; where a tape has not told its log-density, all chains are run again without tapes.
 * @throws PoolishError when a chain finds no position to start from.
 */
export function* sampleChains(
  density: ProgramDensity,
  rng: Rng,
  options: NutsOptions,
  help: ChainHelp = {},
): Steps<readonly ProgramChain[]> {
  density.settle();
  const chains = yield* allChains(density, rng, options, help);
  if (chains.every(isFaithful)) return chains;
  density.interpret();
  const again = yield* allChains(density, rng, options, help);
  for (const chain of again) requireFaithful(chain);
  return again;
}

function* allChains(
  density: ProgramDensity,
  rng: Rng,
  options: NutsOptions,
  { onProgress, openPool, areThreadsWorth }: ChainHelp,
): Steps<readonly ProgramChain[]> {
  const chains = new Array<ProgramChain>(options.chains);
  const start = performance.now();
  let pool: ChainPool | undefined;
  let next = 0;
  let isJudged = false;
  let remark = "";
  const take = () => pool?.take() ?? next++;
  const onReport = (done: number, total: number) => {
    const share = ((next - 1) * total + done) / (options.chains * total);
    if (openPool === undefined || isJudged || next >= options.chains) return;
    if (areThreadsWorth?.(performance.now() - start, share) !== true) return;
    isJudged = true;
    const program = density.taped();
    if (program === undefined) remark = ", on one thread: this program cannot be sent to others";
    else pool = openPool({ program, options }, next, onProgress);
  };
  const run = (chain: number) =>
    sampleOne(density, rng, options, { chain, onProgress, onReport, remark: () => remark });
  try {
    for (let chain = take(); chain < options.chains; chain = take()) chains[chain] = yield* run(chain);
    if (pool !== undefined) yield pool.finished;
    for (let chain = 0; chain < options.chains; chain++) {
      const drawn = pool?.results.get(chain);
      if (drawn !== undefined) chains[chain] = generate(density, drawn);
      else if (!(chain in chains)) chains[chain] = yield* run(chain);
    }
  } finally {
    pool?.close();
  }
  return chains;
}

function* sampleOne(
  density: ProgramDensity,
  rng: Rng,
  options: NutsOptions,
  hooks: ChainHooks,
): Generator<undefined, ProgramChain> {
  density.rewind();
  const drawn = yield* drawChain(density, rng, options, hooks);
  if (drawn.kind === "noInitialPosition") throw noStart(drawn, density);
  return generate(density, drawn);
}

function generate(density: ProgramDensity, chain: DrawnChain): ProgramChain {
  const { dim, numConstrained } = density;
  const { numDraws, positions } = chain.draws;
  const constrained = new Float64Array(numDraws * numConstrained);
  const checkEvery = Math.max(CHECK_EVERY, Math.ceil(numDraws / MAX_CHECKS));
  const generated = Array.from({ length: numDraws }, (_, i) => {
    const position = positions.subarray(i * dim, (i + 1) * dim);
    const values = constrained.subarray(i * numConstrained, (i + 1) * numConstrained);
    return i % checkEvery === 0 ? density.generate(position, values) : density.recall(position, values);
  });
  return { ...chain, constrained, generated };
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
  const problem = (found: string, cause?: Error) =>
    new PoolishError(`no start with a finite log-density in ${numAttempts} tries (${found})`, {
      kind: "model",
      field: "model",
      cause,
      remedy: "Check that the data are possible under the model and that no parameter leaves its range.",
    });
  density.blame(problem);
  const reason = density.lastFailure === undefined ? "" : `: ${density.lastFailure}`;
  return problem(`the best was ${logDensity}${reason}`);
}
