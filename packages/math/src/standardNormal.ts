import type { Rng } from "@poolish/core";
import { standardNormalQuantile } from "./standardNormalQuantile.ts";

/** One draw from Normal(0, 1): the quantile of one uniform, hence exactly one uniform per variate and |z| ≤ 8.3. */
export function standardNormal(rng: Rng): number {
  return standardNormalQuantile(rng.uniform());
}
