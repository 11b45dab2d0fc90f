import { PoolishError, type Rng } from "@poolish/core";
import {
  type ChainOutcome,
  createDrawStore,
  type InitialPositionFailure,
  type StoredDraws,
  sampleChain,
} from "@poolish/mcmc";
import type { GeneratedDraw, ProgramDensity } from "../density/programDensity.ts";
import type { NutsOptions } from "./nutsOptions.ts";

/** One chain, and the program at each of its draws. */
export interface ProgramChain {
  readonly outcome: ChainOutcome;
  readonly draws: StoredDraws;
  /** numDraws × numConstrained, row-major: the values of all choices. */
  readonly constrained: Float64Array;
  readonly generated: readonly GeneratedDraw[];
}

/**
 * Runs the chains one after the other. Chain c has the stream rng.foldIn(c), so it does not depend on the others.
 * @throws PoolishError when a chain finds no position to start from.
 */
export function sampleChains(density: ProgramDensity, rng: Rng, options: NutsOptions): readonly ProgramChain[] {
  return Array.from({ length: options.chains }, (_, chain) => sampleOne(density, rng.foldIn(chain), options));
}

function sampleOne(density: ProgramDensity, rng: Rng, options: NutsOptions): ProgramChain {
  const { samples, burn, targetAcceptance, maxTreeDepth } = options;
  const sink = createDrawStore(density.dim, samples);
  const chainOptions = { warmup: burn, draws: samples, targetAcceptance, maxTreeDepth };
  const outcome = sampleChain(density, rng, chainOptions, { sink });
  if (outcome.kind === "noInitialPosition") throw noStart(outcome, density);
  return { outcome, draws: sink.stored(), ...generate(density, sink.stored()) };
}

function generate(density: ProgramDensity, draws: StoredDraws): Pick<ProgramChain, "constrained" | "generated"> {
  const { dim, numConstrained } = density;
  const constrained = new Float64Array(draws.numDraws * numConstrained);
  const generated = Array.from({ length: draws.numDraws }, (_, i) =>
    density.generate(
      draws.positions.subarray(i * dim, (i + 1) * dim),
      constrained.subarray(i * numConstrained, (i + 1) * numConstrained),
    ),
  );
  return { constrained, generated };
}

/** The error for a program whose density is nowhere finite where chains may start. */
export function noStart({ numAttempts, logDensity }: InitialPositionFailure, density: ProgramDensity): PoolishError {
  const reason = density.lastFailure === undefined ? "" : `: ${density.lastFailure}`;
  return new PoolishError(
    `no start with a finite log-density in ${numAttempts} tries (the best was ${logDensity}${reason})`,
    {
      kind: "model",
      field: "model",
      remedy: "Check that the data are possible under the model and that no parameter leaves its range.",
    },
  );
}
