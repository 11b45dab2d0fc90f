import { standardNormal, standardNormalCdf, standardNormalQuantile } from "@poolish/math";
import { factorisedPrior } from "./factorisedPrior.ts";
import { dataColumns, parameterNames } from "./numbered.ts";
import type { PriorRecord, SbibmTask } from "./sbibmTask.ts";

const DIM = 10;
/** Variance of the noise, and of the Gaussian prior. */
const VARIANCE = 0.1;
const LOG_NORMALISER = -0.5 * DIM * Math.log(2 * Math.PI * VARIANCE);

/** x ~ Normal(θ, 0.1 I) in ten dimensions. */
const simulator: Pick<SbibmTask, "columns" | "simulate" | "logLikelihood" | "isNormalised"> = {
  columns: dataColumns(DIM, "continuous"),
  isNormalised: true,
  simulate(rng, theta, x) {
    for (let i = 0; i < DIM; i++) x[i] = theta[i] + Math.sqrt(VARIANCE) * standardNormal(rng);
  },
  logLikelihood(theta, x, gradient) {
    let squares = 0;
    for (let i = 0; i < DIM; i++) {
      const residual = x[i] - theta[i];
      squares += residual * residual;
      gradient[i] = residual / VARIANCE;
    }
    return LOG_NORMALISER - squares / (2 * VARIANCE);
  },
};

const repeated = (record: PriorRecord): PriorRecord[] => Array.from({ length: DIM }, () => record);

/** Gaussian linear: θ ~ Normal(0, 0.1 I); 0.1 is a variance. Posterior Normal(x / 2, 0.05 I). */
export function gaussianLinear(): SbibmTask {
  return {
    name: "gaussian_linear",
    ...factorisedPrior(parameterNames(DIM), repeated({ kind: "normal", parameters: [0, Math.sqrt(VARIANCE)] })),
    ...simulator,
    samplePosterior(rng, x, theta) {
      for (let i = 0; i < DIM; i++) theta[i] = x[i] / 2 + Math.sqrt(VARIANCE / 2) * standardNormal(rng);
    },
  };
}

/** Gaussian linear with θ ~ Uniform(-1, 1)^10. Posterior: independent normals at x, truncated to the box. */
export function gaussianLinearUniform(): SbibmTask {
  return {
    name: "gaussian_linear_uniform",
    ...factorisedPrior(parameterNames(DIM), repeated({ kind: "uniform", parameters: [-1, 1] })),
    ...simulator,
    samplePosterior(rng, x, theta) {
      const sd = Math.sqrt(VARIANCE);
      for (let i = 0; i < DIM; i++) {
        // By the lower tail, which keeps its digits: reflect where x lies above the box's centre.
        const sign = x[i] > 0 ? -1 : 1;
        const low = standardNormalCdf((-1 - sign * x[i]) / sd);
        const high = standardNormalCdf((1 - sign * x[i]) / sd);
        theta[i] = x[i] + sign * sd * standardNormalQuantile(low + (high - low) * rng.uniform());
      }
    },
  };
}
