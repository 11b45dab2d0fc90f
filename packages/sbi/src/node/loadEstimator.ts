import type { AnyEstimator, Estimator } from "@poolish/estimators";
import { readBytes } from "@poolish/io/node";
import { reviveEstimator } from "../embedding/reviveEstimator.ts";

/**
 * Reads an estimator's file; `T` says what the caller expects it to hold, a likelihood unless told. Networks in the layers
 * of TensorFlow.js are rebuilt.
 * @throws PoolishError (kind file) for a missing, truncated or foreign file.
 */
export async function loadEstimator<T extends AnyEstimator = Estimator>(path: string): Promise<T> {
  return reviveEstimator<T>(await readBytes(path, "an estimator file (.safetensors)"), path);
}
