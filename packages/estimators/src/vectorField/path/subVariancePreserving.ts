import type { NoisePath } from "./noisePath.ts";
import { shrinkage, shrinkageRate } from "./variancePreserving.ts";

/** Less noise on the way than the variance-preserving path, at the same mean: scale = 1 − mean² (Song et al. 2021, eq. 12). */
export const subVariancePreserving: NoisePath = {
  times: [1e-3, 1],
  mean: shrinkage,
  scale: (t) => -Math.expm1(2 * Math.log(shrinkage(t))),
  meanRate: shrinkageRate,
  scaleRate: (t) => -2 * shrinkage(t) * shrinkageRate(t),
};
