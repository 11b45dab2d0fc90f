import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { factorisedPrior } from "./factorisedPrior.ts";
import { dataColumns, parameterNames } from "./numbered.ts";
import type { SbibmTask } from "./sbibmTask.ts";

const RADIUS = 0.1;
const RADIUS_SD = 0.01;
const OFFSET = 0.25;
const LOG_NORMALISER = -Math.log(Math.PI * RADIUS_SD * Math.sqrt(2 * Math.PI));

/** Overwrites `point` with a point of the crescent before θ moves it. */
function drawCrescent(rng: Rng, point: Float64Array): void {
  const angle = Math.PI * (rng.uniform() - 0.5);
  const radius = RADIUS + RADIUS_SD * standardNormal(rng);
  point[0] = radius * Math.cos(angle) + OFFSET;
  point[1] = radius * Math.sin(angle);
}

/**
 * Two moons: θ ~ Uniform(-1, 1)²; a crescent (angle uniform in ±π/2, radius Normal(0.1, 0.01)) moved by
 * (-|θ₁ + θ₂|, θ₂ - θ₁) / √2. Its density is that of the radius over π · radius: the factor 1 / (π radius) is the Jacobian
 * of polar coordinates, which sbibm's own `_likelihood` leaves out. Radii below 0 (1 in 10²³) are neglected.
 */
export function twoMoons(): SbibmTask {
  const prior = { kind: "uniform", parameters: [-1, 1] } as const;
  return {
    name: "two_moons",
    ...factorisedPrior(parameterNames(2), [prior, prior]),
    columns: dataColumns(2, "continuous"),
    isNormalised: true,
    simulate(rng, theta, x) {
      drawCrescent(rng, x);
      x[0] -= Math.abs(theta[0] + theta[1]) / Math.SQRT2;
      x[1] += (theta[1] - theta[0]) / Math.SQRT2;
    },
    logLikelihood(theta, x, gradient) {
      const sum = theta[0] + theta[1];
      const u = x[0] + Math.abs(sum) / Math.SQRT2 - OFFSET;
      const v = x[1] - (theta[1] - theta[0]) / Math.SQRT2;
      const radius = Math.hypot(u, v);
      gradient.fill(0);
      if (u < 0) return -Infinity;
      const z = (radius - RADIUS) / RADIUS_SD;
      const slope = -(z / RADIUS_SD + 1 / radius) / radius / Math.SQRT2;
      const fromU = slope * u * Math.sign(sum);
      gradient[0] = fromU + slope * v;
      gradient[1] = fromU - slope * v;
      return LOG_NORMALISER - 0.5 * z * z - Math.log(radius);
    },
    samplePosterior(rng, x, theta) {
      const point = new Float64Array(2);
      do {
        drawCrescent(rng, point);
        const sum = (rng.uniform() < 0.5 ? -1 : 1) * (point[0] - x[0]) * Math.SQRT2;
        const difference = (x[1] - point[1]) * Math.SQRT2;
        theta[0] = (sum - difference) / 2;
        theta[1] = (sum + difference) / 2;
        // The shift of the first coordinate cannot be negative.
      } while (!(point[0] >= x[0] && Math.abs(theta[0]) < 1 && Math.abs(theta[1]) < 1));
    },
  };
}
