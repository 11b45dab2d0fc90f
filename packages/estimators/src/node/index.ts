import { readBytes, readBytesSync, writeFileAtomic } from "@poolish/io/node";
import type { Estimator } from "../estimator.ts";
import { estimatorFromBytes } from "../estimatorFromBytes.ts";
import { estimatorToBytes } from "../estimatorToBytes.ts";

const WHAT = "an estimator file (.safetensors)";

/** Writes the estimator's file: to a temporary name first, then renamed, so that an old file stays whole on failure. */
export async function saveEstimator(path: string, estimator: Estimator): Promise<void> {
  await writeFileAtomic(path, estimatorToBytes(estimator));
}

/** Reads an estimator's file. @throws PoolishError (kind file) for a missing, truncated or foreign file. */
export async function loadEstimator(path: string): Promise<Estimator> {
  return estimatorFromBytes(await readBytes(path, WHAT), path);
}

/** `loadEstimator` for hosts that cannot wait, such as WebPPL programs. */
export function loadEstimatorSync(path: string): Estimator {
  return estimatorFromBytes(readBytesSync(path, WHAT), path);
}
