import type { NoisePath } from "./noisePath.ts";

/** The least and the most noise, in standard deviations of the data. */
const SMALLEST = 1e-3;
const LARGEST = 100;
const LOG_RATIO = Math.log(LARGEST / SMALLEST);

/** Noise is added to data that stay as they are, its logarithm rising evenly (Song et al. 2021, eq. 9). */
export const varianceExploding: NoisePath = {
  times: [0, 1],
  mean: () => 1,
  scale: (t) => SMALLEST * Math.exp(t * LOG_RATIO),
  meanRate: () => 0,
  scaleRate: (t) => SMALLEST * LOG_RATIO * Math.exp(t * LOG_RATIO),
};
