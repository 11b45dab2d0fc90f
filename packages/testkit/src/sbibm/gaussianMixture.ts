import { logAddExp, standardNormal } from "@poolish/math";
import { factorisedPrior } from "./factorisedPrior.ts";
import { dataColumns, parameterNames } from "./numbered.ts";
import type { SbibmTask } from "./sbibmTask.ts";

const BOUND = 10;
const WIDE = 1;
const NARROW = 0.1;

/** log of half a circular Gaussian at squared distance `square`. */
function logComponent(square: number, sd: number): number {
  return -Math.log(4 * Math.PI * sd * sd) - square / (2 * sd * sd);
}

/**
 * Gaussian mixture: θ ~ Uniform(-10, 10)², x ~ ½ Normal(θ, I) + ½ Normal(θ, 0.1² I) with one component a draw of x
 * (sbibm from 1.1 on; earlier releases drew one for a whole batch).
 */
export function gaussianMixture(): SbibmTask {
  const prior = { kind: "uniform", parameters: [-BOUND, BOUND] } as const;
  return {
    name: "gaussian_mixture",
    ...factorisedPrior(parameterNames(2), [prior, prior]),
    columns: dataColumns(2, "continuous"),
    isNormalised: true,
    simulate(rng, theta, x) {
      const sd = rng.uniform() < 0.5 ? WIDE : NARROW;
      for (let i = 0; i < 2; i++) x[i] = theta[i] + sd * standardNormal(rng);
    },
    logLikelihood(theta, x, gradient) {
      const first = x[0] - theta[0];
      const second = x[1] - theta[1];
      const square = first * first + second * second;
      const wide = logComponent(square, WIDE);
      const narrow = logComponent(square, NARROW);
      const total = logAddExp(wide, narrow);
      const precision = Math.exp(wide - total) / WIDE ** 2 + Math.exp(narrow - total) / NARROW ** 2;
      gradient[0] = precision * first;
      gradient[1] = precision * second;
      return total;
    },
    samplePosterior(rng, x, theta) {
      do {
        const sd = rng.uniform() < 0.5 ? WIDE : NARROW;
        for (let i = 0; i < 2; i++) theta[i] = x[i] + sd * standardNormal(rng);
      } while (!(Math.abs(theta[0]) < BOUND && Math.abs(theta[1]) < BOUND));
    },
  };
}
