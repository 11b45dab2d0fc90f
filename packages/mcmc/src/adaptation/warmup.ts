import { type LogDensity, PoolishError, type Rng } from "@poolish/core";
import type { NutsInfo, NutsParameters, NutsState } from "../nuts.ts";
import { diagonalFisher } from "./diagonalFisher.ts";
import { fisherWarmup } from "./fisherWarmup.ts";
import { lowRankFisher } from "./lowRankFisher.ts";
import { stanWarmup } from "./stanWarmup.ts";

/**
 * How a chain learns its metric while it warms up.
 * "fisher": a diagonal from draws and gradients, renewed at every draw, as in nutpie (Seyboldt, Carlson & Carpenter 2026,
 * arXiv:2603.18845). "lowRank": the same with the directions that stand out, for correlated targets. "stan": variances of
 * draws over Stan's doubling windows.
 */
export type Adaptation = "fisher" | "lowRank" | "stan";

/** @throws PoolishError naming the option `adaptation` when `value` (from untyped code) is none. */
export function requireAdaptation(value: string): void {
  if (value === "fisher" || value === "lowRank" || value === "stan") return;
  throw new PoolishError(`expected "fisher", "lowRank" or "stan", got ${JSON.stringify(value)}`, {
    kind: "input",
    field: "adaptation",
    remedy: 'Pass adaptation: "fisher", or leave it out.',
  });
}

/** An adaptation: a fold over warm-up transitions that the kernel knows nothing of. */
export interface Warmup {
  /** Each step of the chain, after warm-up too, has a step size of its own: times 1 ± this share, uniformly. */
  readonly stepSizeJitter: number;
  /** For the next transition. */
  current(): NutsParameters;
  /** Learns from one transition; `rng` feeds the search for a step size where a new metric asks for it. */
  update(rng: Rng, state: NutsState, info: NutsInfo): void;
  /** For sampling, after the last update. */
  final(): NutsParameters;
}

export interface WarmupOptions {
  readonly numIterations: number;
  /** Mean acceptance rate that the step size is tuned for, in (0, 1). */
  readonly targetAcceptance: number;
}

/** Starts the warm-up of the given kind at `start`. */
export function startWarmup(
  adaptation: Adaptation,
  target: LogDensity,
  rng: Rng,
  start: NutsState,
  options: WarmupOptions,
): Warmup {
  switch (adaptation) {
    case "stan":
      return stanWarmup(target, rng, start, options);
    case "fisher":
      return fisherWarmup(target, rng, start, { ...options, estimator: diagonalFisher(start), updateEvery: 1 });
    case "lowRank":
      return fisherWarmup(target, rng, start, { ...options, estimator: lowRankFisher(start), updateEvery: 20 });
  }
}
