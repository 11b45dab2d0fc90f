import { requireCount } from "@poolish/core";
import { standardNormalCdf, standardNormalQuantile } from "@poolish/math";

/** How `c2st` behaves when both sets come from the same distribution. */
export interface C2stNull {
  /** Expected accuracy. */
  readonly mean: number;
  /** Standard deviation of the accuracy about it. */
  readonly standardError: number;
  /** Probability of an accuracy this high or higher. */
  pValue(accuracy: number): number;
  /** The accuracy that is exceeded with probability `level`, in (0, 1). */
  threshold(level: number): number;
}

/**
 * The null distribution for sets of `numX` and `numY` independent draws by theory: each row is held out once and is a
 * coin toss, so the standard error is √(p (1 - p) / (numX + numY)) (Lopez-Paz & Oquab 2017, §3.1); p is the share of the
 * larger set, which a classifier without other clues learns to name. Draws of a chain count for their effective number.
 *
 * It describes mode "fast" with its stratified folds (measured over 40 to 60 pairs: mean within 0.1 standard errors,
 * variance 0.5 to 0.9 of the formula's). The folds of mode "exact" are not stratified, as in sbibm: rows left out tilt the
 * rest against their label, so its values lie about one standard error *below* 1/2, and scatter more where the network
 * overfits (2 columns, 200 + 200 rows: mean -1.2 standard errors, variance 2.4 times the formula's). Use
 * `c2stPermutationNull` where that matters.
 * @throws PoolishError for sizes below 1.
 */
export function c2stNull(numX: number, numY: number): C2stNull {
  requireCount("numX", numX, 1);
  requireCount("numY", numY, 1);
  const mean = Math.max(numX, numY) / (numX + numY);
  const standardError = Math.sqrt((mean * (1 - mean)) / (numX + numY));
  return normalNull(mean, standardError);
}

/** The normal approximation with these moments. */
export function normalNull(mean: number, standardError: number): C2stNull {
  return {
    mean,
    standardError,
    pValue: (accuracy) => standardNormalCdf((mean - accuracy) / standardError),
    threshold: (level) => mean - standardError * standardNormalQuantile(level),
  };
}
