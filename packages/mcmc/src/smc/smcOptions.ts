import { PoolishError, requireCount } from "@poolish/core";

export interface SmcOptions {
  /** Size of the population and number of draws; 4000 by default, at least 200. */
  readonly particles?: number;
  /**
   * The share in (0, 1) to which the conditional effective sample size falls from one temperature to the next; 0.9 by
   * default. Higher = more temperatures, a smaller error of the evidence.
   */
  readonly conditionalShare?: number;
}

export const DEFAULT_PARTICLES = 4000;
const DEFAULT_CONDITIONAL_SHARE = 0.9;
/** Ten in each of the groups whose spread gives the error. */
export const FEWEST_PARTICLES = 200;

/** The options with their defaults. @throws PoolishError naming the option that is out of range. */
export function requireSmcOptions(options: SmcOptions): Required<SmcOptions> {
  const { particles = DEFAULT_PARTICLES, conditionalShare = DEFAULT_CONDITIONAL_SHARE } = options;
  requireCount("particles", particles, FEWEST_PARTICLES);
  if (conditionalShare > 0 && conditionalShare < 1) return { particles, conditionalShare };
  throw new PoolishError(`expected a number between 0 and 1, got ${conditionalShare}`, {
    kind: "input",
    field: "conditionalShare",
    remedy: `Pass conditionalShare: ${DEFAULT_CONDITIONAL_SHARE}.`,
  });
}
