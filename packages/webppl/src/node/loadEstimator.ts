import { type AnyEstimator, estimatorFromBytes } from "@poolish/estimators";
import { readBytesSync } from "@poolish/io/node";
import { programFile } from "./programFile.ts";

/**
 * Reads a trained estimator, at once: a likelihood or a ratio for `Learned`, a posterior for `LearnedPrior`.
 * @throws PoolishError when there is no such file, or when it is not a whole estimator file.
 */
export function loadEstimator(path: unknown): AnyEstimator {
  const file = programFile(path, "loadEstimator");
  return estimatorFromBytes<AnyEstimator>(readBytesSync(file, "an estimator"), file);
}
