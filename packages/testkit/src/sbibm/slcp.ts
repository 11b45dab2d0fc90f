import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { factorisedPrior } from "./factorisedPrior.ts";
import { dataColumns, parameterNames } from "./numbered.ts";
import type { SbibmTask } from "./sbibmTask.ts";

const NUM_POINTS = 4;
/** sbibm adds this to the variances. */
const JITTER = 1e-6;
const LOG_TWO_PI = Math.log(2 * Math.PI);

/** Numbers that SLCP observes. */
export const NUM_SLCP_COLUMNS: number = 2 * NUM_POINTS;

/** The part that SLCP and its version with distractors share. */
export const slcpPrior: Pick<SbibmTask, "parameters" | "prior" | "samplePrior" | "logPrior"> = factorisedPrior(
  parameterNames(5),
  Array.from({ length: 5 }, () => ({ kind: "uniform", parameters: [-3, 3] })),
);

/** Writes four points of Normal((θ₁, θ₂), Σ(θ)) to `x`, flattened by point. */
export function simulateSlcp(rng: Rng, theta: Float64Array, x: Float64Array): void {
  const first = theta[2] * theta[2];
  const second = theta[3] * theta[3];
  const covariance = Math.tanh(theta[4]) * first * second;
  const l11 = Math.sqrt(first * first + JITTER);
  const l21 = covariance / l11;
  const l22 = Math.sqrt(second * second + JITTER - l21 * l21);
  for (let k = 0; k < NUM_POINTS; k++) {
    const z1 = standardNormal(rng);
    const z2 = standardNormal(rng);
    x[2 * k] = theta[0] + l11 * z1;
    x[2 * k + 1] = theta[1] + l21 * z1 + l22 * z2;
  }
}

/** log p of the eight numbers `x`; overwrites `gradient`. With A = ∂ log p / ∂Σ = ½ (Σ⁻¹ S Σ⁻¹ - n Σ⁻¹), S the scatter about m. */
export function logSlcp(theta: Float64Array, x: Float64Array, gradient: Float64Array): number {
  const [m1, m2, t3, t4, t5] = theta;
  const s1 = t3 * t3;
  const s2 = t4 * t4;
  const correlation = Math.tanh(t5);
  const v11 = s1 * s1 + JITTER;
  const v12 = correlation * s1 * s2;
  const v22 = s2 * s2 + JITTER;
  const determinant = v11 * v22 - v12 * v12;
  const p11 = v22 / determinant;
  const p12 = -v12 / determinant;
  const p22 = v11 / determinant;
  let a11 = -0.5 * NUM_POINTS * p11;
  let a12 = -0.5 * NUM_POINTS * p12;
  let a22 = -0.5 * NUM_POINTS * p22;
  let logDensity = -NUM_POINTS * (LOG_TWO_PI + 0.5 * Math.log(determinant));
  gradient[0] = 0;
  gradient[1] = 0;
  for (let k = 0; k < NUM_POINTS; k++) {
    const d1 = x[2 * k] - m1;
    const d2 = x[2 * k + 1] - m2;
    const w1 = p11 * d1 + p12 * d2;
    const w2 = p12 * d1 + p22 * d2;
    logDensity -= 0.5 * (d1 * w1 + d2 * w2);
    gradient[0] += w1;
    gradient[1] += w2;
    a11 += 0.5 * w1 * w1;
    a12 += 0.5 * w1 * w2;
    a22 += 0.5 * w2 * w2;
  }
  gradient[2] = (a11 * 2 * s1 + 2 * a12 * correlation * s2) * 2 * t3;
  gradient[3] = (a22 * 2 * s2 + 2 * a12 * correlation * s1) * 2 * t4;
  gradient[4] = 2 * a12 * s1 * s2 * (1 - correlation * correlation);
  return logDensity;
}

/**
 * Simple likelihood, complex posterior (Papamakarios et al. 2019): θ ~ Uniform(-3, 3)^5; four points of a Gaussian with
 * mean (θ₁, θ₂), standard deviations θ₃², θ₄² and correlation tanh θ₅. The signs of θ₃ and θ₄ do not show: four modes.
 */
export function slcp(): SbibmTask {
  return {
    name: "slcp",
    ...slcpPrior,
    columns: dataColumns(NUM_SLCP_COLUMNS, "continuous"),
    isNormalised: true,
    simulate: simulateSlcp,
    logLikelihood: logSlcp,
  };
}
