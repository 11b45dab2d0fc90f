import { readBytes, readBytesSync, writeFileAtomic } from "@poolish/io/node";
import type { AnyEstimator } from "../anyEstimator.ts";
import type { Estimator } from "../estimator.ts";
import { estimatorFromBytes } from "../estimatorFromBytes.ts";
import { estimatorToBytes } from "../estimatorToBytes.ts";

const WHAT = "an estimator file (.safetensors)";

/** Writes the estimator's file: to a temporary name first, then renamed, so that an old file stays whole on failure. */
export async function saveEstimator(path: string, estimator: AnyEstimator): Promise<void> {
  await writeFileAtomic(path, estimatorToBytes(estimator));
}

/**
 * Reads an estimator's file; `T` says what the caller expects it to hold, a likelihood unless told.
 * @throws PoolishError (kind file) for a missing, truncated or foreign file.
 */
export async function loadEstimator<T extends AnyEstimator = Estimator>(path: string): Promise<T> {
  return estimatorFromBytes(await readBytes(path, WHAT), path);
}

/** `loadEstimator` for hosts that cannot wait, such as WebPPL programs. */
export function loadEstimatorSync<T extends AnyEstimator = Estimator>(path: string): T {
  return estimatorFromBytes(readBytesSync(path, WHAT), path);
}
