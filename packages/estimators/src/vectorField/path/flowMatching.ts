import type { NoisePath } from "./noisePath.ts";

/**
 * A straight line from data to noise (Lipman et al. 2023, "Flow matching"; Liu et al. 2023, "Rectified flow"). Trained on squares
 * of even times: see docs/vector-fields.md for what that brings. (Wildberger et al. 2023 draw times by a power law for the same
 * reason.)
 */
export const flowMatching: NoisePath = {
  times: [0, 1],
  dwelling: 2,
  mean: (t) => 1 - t,
  scale: (t) => t,
  meanRate: () => -1,
  scaleRate: () => 1,
};
