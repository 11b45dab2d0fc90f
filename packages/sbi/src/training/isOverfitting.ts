import { pairedStandardError } from "./keptEpoch.ts";

/** Epochs since the best before training may end: this share of all, and no fewer than FEWEST. */
const PATIENCE = 0.25;
const FEWEST = 10;
/** Standard errors of the paired difference by which the last must be worse than the best. */
const CLEAR = 2;

/**
 * True when the best epoch lies a quarter of the planned epochs back and the last is clearly worse on the held-out
 * simulations: the run has begun to learn the simulations by heart. Merely to find no new best is no reason to stop: near
 * the end of a cosine cycle the held-out loss hardly moves, and what the last small steps average away is noise that pooled
 * means would show (`bench/factories.ts`: rms errors of .07 posterior sd when it was, .04 without).
 *
 * @param logDensities for the start and each epoch, the log-density of each held-out simulation.
 */
export function isOverfitting(logDensities: readonly Float64Array[], numEpochs: number): boolean {
  const means = logDensities.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const best = means.reduce((leader, mean, epoch) => (mean > means[leader] ? epoch : leader), 0);
  const last = logDensities.length - 1;
  if (last - best < Math.max(FEWEST, Math.round(PATIENCE * numEpochs))) return false;
  return means[best] - means[last] > CLEAR * pairedStandardError(logDensities[best], logDensities[last]);
}
