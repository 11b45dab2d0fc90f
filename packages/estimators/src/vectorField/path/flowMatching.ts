import type { NoisePath } from "./noisePath.ts";

/** A straight line from data to noise (Lipman et al. 2023, "Flow matching"; Liu et al. 2023, "Rectified flow"). */
export const flowMatching: NoisePath = {
  times: [0, 1],
  mean: (t) => 1 - t,
  scale: (t) => t,
  meanRate: () => -1,
  scaleRate: () => 1,
};
