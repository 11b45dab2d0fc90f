import { requireCount } from "@poolish/core";
import { standardNormalCdf, standardNormalQuantile } from "@poolish/math";

/** How `c2st` behaves when both sets come from the same distribution. */
export interface C2stNull {
  /** Expected accuracy: 1/2 for sets of equal size. */
  readonly mean: number;
  /** Standard error of the accuracy about it. */
  readonly standardError: number;
  /** Probability of an accuracy this high or higher, from the normal approximation. */
  pValue(accuracy: number): number;
  /** The accuracy that is exceeded with probability `level`, in (0, 1). */
  threshold(level: number): number;
}

/**
 * The null distribution of the accuracy for sets of `numX` and `numY` independent draws: each held-out row is a Bernoulli
 * trial, so the standard error is √(p (1 - p) / (numX + numY)) (Lopez-Paz & Oquab 2017, §3.1), with every row held out
 * once. p is the share of the larger set, which a classifier without other clues learns to name; sizes that differ by
 * less than noise leave it between that and 1/2. Draws of a chain are fewer than they are many: thin them to their
 * effective number first. A mean over `k` runs on the *same* draws does not divide the standard error by √k.
 * @throws PoolishError for sizes below 1.
 */
export function c2stNull(numX: number, numY: number): C2stNull {
  requireCount("numX", numX, 1);
  requireCount("numY", numY, 1);
  const mean = Math.max(numX, numY) / (numX + numY);
  const standardError = Math.sqrt((mean * (1 - mean)) / (numX + numY));
  return {
    mean,
    standardError,
    pValue: (accuracy) => standardNormalCdf((mean - accuracy) / standardError),
    threshold: (level) => mean - standardError * standardNormalQuantile(level),
  };
}
