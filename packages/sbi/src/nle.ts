import { PoolishError, requireCount } from "@poolish/core";

/** Settings of a neural likelihood estimator; those left out have defaults that suit most simulators. */
export interface NleOptions {
  /** "auto" chooses by column kinds. "count-mixture": a discretised mixture of normals for one column of counts. */
  readonly density?: "auto" | "count-mixture";
  /** Components of the mixture. More can follow more humps; 6 by default. */
  readonly numComponents?: number;
  /** Widths of the hidden layers; [32, 32] by default. */
  readonly hidden?: readonly number[];
  /** Passes over the simulations. By default as many as make about 2000 steps, between 5 and 100. */
  readonly numEpochs?: number;
  /** Simulations a step; 512 by default, fewer where there are few simulations. */
  readonly batchSize?: number;
  /** Adam's largest step size; 0.005 by default. */
  readonly learningRate?: number;
  /** Share of the simulations that is held out; 0.05 by default. */
  readonly validationFraction?: number;
}

/** What `train` learns, and how. */
export interface NleRecipe {
  readonly kind: "nle";
  readonly numComponents: number;
  readonly hidden: readonly number[];
  readonly numEpochs: number | undefined;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly validationFraction: number;
}

/**
 * Neural likelihood estimation: learn p(x | θ) from simulations (Papamakarios, Sterratt & Murray 2019).
 * @throws PoolishError naming an option that is out of range.
 */
export function nle(options: NleOptions = {}): NleRecipe {
  const { density = "auto", numComponents = 6, hidden = [32, 32], batchSize = 512 } = options;
  const { learningRate = 0.005, validationFraction = 0.05, numEpochs } = options;
  requireDensity(density);
  requireCount("numComponents", numComponents, 1);
  requireCount("batchSize", batchSize, 1);
  for (const width of hidden) requireCount("hidden", width, 1);
  if (numEpochs !== undefined) requireCount("numEpochs", numEpochs, 1);
  requireFraction("validationFraction", validationFraction);
  requireFraction("learningRate", learningRate);
  return { kind: "nle", numComponents, hidden, numEpochs, batchSize, learningRate, validationFraction };
}

function requireDensity(density: string): void {
  if (density === "auto" || density === "count-mixture") return;
  throw new PoolishError(`there is no density "${density}"`, {
    kind: "input",
    field: "density",
    remedy: 'Pass "auto" or "count-mixture".',
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
