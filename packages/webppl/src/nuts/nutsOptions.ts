import { PoolishError, requireCount } from "@poolish/core";
import { requireBetween } from "./requireBetween.ts";

/** Options of `Infer({ method: 'NUTS', ... })`, in WebPPL's words. */
export interface NutsOptions {
  /** Draws to keep, a chain. */
  readonly samples: number;
  /** Warm-up iterations, a chain; their draws are thrown away. */
  readonly burn: number;
  readonly chains: number;
  /** A non-negative integer; by default one from WebPPL's own random numbers, hence fixed by `--random-seed`. */
  readonly seed: number;
  /** Acceptance rate that the step size is tuned for, in (0, 1). */
  readonly targetAcceptance: number;
  readonly maxTreeDepth: number;
  /** Prints progress to stderr. */
  readonly verbose: boolean;
}

/** Stan's settings, and WebPPL's number of draws. */
const DEFAULTS: Omit<NutsOptions, "seed"> = {
  samples: 1000,
  burn: 1000,
  chains: 4,
  targetAcceptance: 0.8,
  maxTreeDepth: 10,
  verbose: false,
};

/**
 * Completes and checks what a program passed to `Infer`. `random` gives the seed when there is none.
 * @throws PoolishError naming an option that is unknown or out of range.
 */
export function nutsOptions(given: Readonly<Record<string, unknown>>, random: () => number): NutsOptions {
  const known = [...Object.keys(DEFAULTS), "seed"];
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new PoolishError(`Infer with method 'NUTS' has no option ${unknown}`, {
      kind: "input",
      field: unknown,
      remedy: `Its options are: ${known.join(", ")}.`,
    });
  }
  const options = { ...DEFAULTS, ...given, seed: given.seed ?? Math.floor(random() * 2 ** 32) } as NutsOptions;
  requireCount("samples", options.samples, 1);
  requireCount("burn", options.burn, 0);
  requireCount("chains", options.chains, 1);
  requireCount("seed", options.seed, 0);
  requireCount("maxTreeDepth", options.maxTreeDepth, 1);
  requireBetween("targetAcceptance", options.targetAcceptance, 1, DEFAULTS.targetAcceptance);
  return options;
}
