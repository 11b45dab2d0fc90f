import { PoolishError, requireCount } from "@poolish/core";

/** Families of conditional densities that `nle` can learn. */
export const LIKELIHOOD_DENSITIES: readonly ["count-mixture", "autoregressive", "maf", "nsf", "mdn"] = [
  "count-mixture",
  "autoregressive",
  "maf",
  "nsf",
  "mdn",
];
export type LikelihoodDensity = (typeof LIKELIHOOD_DENSITIES)[number];

/** Settings of a neural likelihood estimator; those left out have defaults that suit most simulators. */
export interface NleOptions {
  /**
   * "auto" chooses by column kinds. "count-mixture": a discretised mixture of normals for one column of counts.
   * "autoregressive": any columns, one after another; a Gaussian layer with a mixture of normals for each number.
   * Continuous columns only: "maf", a masked autoregressive flow; "nsf", an autoregressive neural spline flow; "mdn", a
   * mixture density network, of normals with full covariance.
   */
  readonly density?: "auto" | LikelihoodDensity;
  /** Components of each mixture: more can follow more humps. By default 6 for a count mixture, 8 otherwise; flows have none. */
  readonly numComponents?: number;
  /** Widths of the hidden layers. */
  readonly hidden?: readonly number[];
  /**
   * Networks that are trained from different starts and averaged. By default 1; but where that has too few simulations and
   * begins to learn them by heart, 4 that take smaller steps.
   */
  readonly numMembers?: number;
  /** Passes over the simulations, at most. */
  readonly numEpochs?: number;
  /** Simulations a step. By default it grows with their number. */
  readonly batchSize?: number;
  /** Adam's largest step size. */
  readonly learningRate?: number;
  /** Share of the simulations that is held out; 0.05 by default. */
  readonly validationFraction?: number;
}

/** What `train` learns, and how; what is undefined follows from the simulations. */
export interface NleRecipe {
  readonly kind: "nle";
  readonly density: "auto" | LikelihoodDensity;
  readonly numComponents: number | undefined;
  readonly hidden: readonly number[] | undefined;
  readonly numMembers: number | undefined;
  readonly numEpochs: number | undefined;
  readonly batchSize: number | undefined;
  readonly learningRate: number | undefined;
  readonly validationFraction: number;
}

/**
 * Neural likelihood estimation: learn p(x | θ) from simulations (Papamakarios, Sterratt & Murray 2019).
 * @throws PoolishError naming an option that is out of range.
 */
export function nle(options: NleOptions = {}): NleRecipe {
  const { density = "auto", numComponents, hidden, numMembers, numEpochs, batchSize } = options;
  const { learningRate, validationFraction = 0.05 } = options;
  requireDensity(density);
  for (const [name, value] of Object.entries({ numComponents, numMembers, numEpochs, batchSize })) {
    if (value !== undefined) requireCount(name, value, 1);
  }
  for (const width of hidden ?? []) requireCount("hidden", width, 1);
  requireFraction("validationFraction", validationFraction);
  if (learningRate !== undefined) requireFraction("learningRate", learningRate);
  const sizes = { density, numComponents, hidden, numMembers };
  return { kind: "nle", ...sizes, numEpochs, batchSize, learningRate, validationFraction };
}

function requireDensity(density: string): void {
  const known: readonly string[] = ["auto", ...LIKELIHOOD_DENSITIES];
  if (known.includes(density)) return;
  throw new PoolishError(`there is no density "${density}"`, {
    kind: "input",
    field: "density",
    remedy: `Pass one of ${known.join(", ")}.`,
  });
}

function requireFraction(field: string, value: number): void {
  if (value > 0 && value < 1) return;
  throw new PoolishError(`expected a number between 0 and 1, got ${value}`, {
    kind: "input",
    field,
    remedy: "Leave it out to get the default.",
  });
}
