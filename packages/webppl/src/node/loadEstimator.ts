import type { Likelihood } from "@poolish/core";
import { estimatorFromBytes } from "@poolish/estimators";
import { readBytesSync } from "@poolish/io/node";
import { programFile } from "./programFile.ts";

/**
 * Reads a trained likelihood, at once.
 * @throws PoolishError when there is no such file, or when it is not a whole estimator file.
 */
export function loadEstimator(path: unknown): Likelihood {
  const file = programFile(path, "loadEstimator");
  return estimatorFromBytes(readBytesSync(file, "an estimator"), file);
}
