import { type Rng, real } from "@poolish/core";
import { log1pExp, logistic, standardNormal } from "@poolish/math";
import { dataColumns, parameterNames } from "./numbered.ts";
import { numpyRandom } from "./numpyRandom.ts";
import type { SbibmTask } from "./sbibmTask.ts";

const DIM = 10;
const NUM_FILTER = DIM - 1;
const NUM_BINS = 100;
const OFFSET_VARIANCE = 2;
/** The seed of sbibm's stimulus. */
const SEED = 42;

/** 100 × 10, row-major: a column of ones, then the white-noise stimulus delayed by 0 … 8 bins (zeros before it starts). */
export function glmDesign(): Float64Array {
  const random = numpyRandom(SEED);
  const stimulus = Float64Array.from({ length: NUM_BINS }, () => Math.fround(random.normal()));
  const design = new Float64Array(NUM_BINS * DIM);
  for (let t = 0; t < NUM_BINS; t++) {
    design[t * DIM] = 1;
    for (let j = 0; j <= Math.min(t, NUM_FILTER - 1); j++) design[t * DIM + 1 + j] = stimulus[t - j];
  }
  return design;
}

/** F = D D + diag(√(i / 9)), D = I - subdiagonal of ones: the filter's prior has precision FᵀF. Lower triangular, 9 × 9. */
function smoothness(): Float64Array {
  const factor = new Float64Array(NUM_FILTER * NUM_FILTER);
  for (let i = 0; i < NUM_FILTER; i++) {
    factor[i * NUM_FILTER + i] = 1 + Math.sqrt(i / NUM_FILTER);
    if (i >= 1) factor[i * NUM_FILTER + i - 1] = -2;
    if (i >= 2) factor[i * NUM_FILTER + i - 2] = 1;
  }
  return factor;
}

/** Overwrites `filter` θ₂ … θ₁₀ with the solution of F filter = z: forward substitution. */
function smoothFilter(rng: Rng, factor: Float64Array, theta: Float64Array): void {
  for (let i = 0; i < NUM_FILTER; i++) {
    let sum = standardNormal(rng);
    for (let j = Math.max(0, i - 2); j < i; j++) sum -= factor[i * NUM_FILTER + j] * theta[1 + j];
    theta[1 + i] = sum / factor[i * NUM_FILTER + i];
  }
}

function glmPrior(): Pick<SbibmTask, "parameters" | "prior" | "samplePrior" | "logPrior"> {
  const factor = smoothness();
  let logNormaliser = -0.5 * DIM * Math.log(2 * Math.PI) - 0.5 * Math.log(OFFSET_VARIANCE);
  for (let i = 0; i < NUM_FILTER; i++) logNormaliser += Math.log(factor[i * NUM_FILTER + i]);
  return {
    parameters: parameterNames(DIM).map((name) => ({ name, support: real })),
    prior: null,
    samplePrior(rng, theta) {
      theta[0] = Math.sqrt(OFFSET_VARIANCE) * standardNormal(rng);
      smoothFilter(rng, factor, theta);
    },
    logPrior(theta, gradient) {
      let squares = (theta[0] * theta[0]) / OFFSET_VARIANCE;
      gradient.fill(0);
      gradient[0] = -theta[0] / OFFSET_VARIANCE;
      for (let i = 0; i < NUM_FILTER; i++) {
        let z = 0;
        for (let j = Math.max(0, i - 2); j <= i; j++) z += factor[i * NUM_FILTER + j] * theta[1 + j];
        squares += z * z;
        for (let j = Math.max(0, i - 2); j <= i; j++) gradient[1 + j] -= factor[i * NUM_FILTER + j] * z;
      }
      return logNormaliser - 0.5 * squares;
    },
  };
}

function linearPredictor(design: Float64Array, t: number, theta: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < DIM; p++) sum += design[t * DIM + p] * theta[p];
  return sum;
}

function simulateSpikes(rng: Rng, design: Float64Array, theta: Float64Array, y: Float64Array): void {
  for (let t = 0; t < NUM_BINS; t++) y[t] = rng.uniform() < logistic(linearPredictor(design, t, theta)) ? 1 : 0;
}

/** Overwrites `summary` with Xᵀy. */
function summarise(design: Float64Array, y: Float64Array, summary: Float64Array): void {
  for (let p = 0; p < DIM; p++) {
    let sum = 0;
    for (let t = 0; t < NUM_BINS; t++) sum += design[t * DIM + p] * y[t];
    summary[p] = sum;
  }
}

/** θ'Xᵀy - Σ log(1 + exp Xθ) given Xᵀy; overwrites `gradient` with Xᵀ(y - p). */
function logFromSummary(
  design: Float64Array,
  theta: Float64Array,
  summary: Float64Array,
  gradient: Float64Array,
): number {
  let logLikelihood = 0;
  for (let p = 0; p < DIM; p++) {
    gradient[p] = summary[p];
    logLikelihood += theta[p] * summary[p];
  }
  for (let t = 0; t < NUM_BINS; t++) {
    const predictor = linearPredictor(design, t, theta);
    const probability = logistic(predictor);
    logLikelihood -= log1pExp(predictor);
    for (let p = 0; p < DIM; p++) gradient[p] -= probability * design[t * DIM + p];
  }
  return logLikelihood;
}

/**
 * Bernoulli GLM: 100 spikes y ~ Bernoulli(logistic(Xθ)), seen through the sufficient statistics Xᵀy (the spike count and
 * the spike-triggered sum of the stimulus). How many y share a summary is intractable and left out, being free of θ. The
 * spike count is declared to be continuous like the other nine, as sbibm's own methods take it.
 */
export function bernoulliGlm(): SbibmTask {
  const design = glmDesign();
  const y = new Float64Array(NUM_BINS);
  return {
    name: "bernoulli_glm",
    ...glmPrior(),
    columns: dataColumns(DIM, "continuous"),
    isNormalised: false,
    simulate(rng, theta, x) {
      simulateSpikes(rng, design, theta, y);
      summarise(design, y, x);
    },
    logLikelihood: (theta, x, gradient) => logFromSummary(design, theta, x, gradient),
  };
}

/** Bernoulli GLM with the 100 spikes themselves as data; the posterior is the same. */
export function bernoulliGlmRaw(): SbibmTask {
  const design = glmDesign();
  const summary = new Float64Array(DIM);
  return {
    name: "bernoulli_glm_raw",
    ...glmPrior(),
    columns: dataColumns(NUM_BINS, "category"),
    isNormalised: true,
    simulate: (rng, theta, x) => simulateSpikes(rng, design, theta, x),
    logLikelihood(theta, x, gradient) {
      summarise(design, x, summary);
      return logFromSummary(design, theta, summary, gradient);
    },
  };
}
