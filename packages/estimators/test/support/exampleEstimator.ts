import { interval, positive, type Rng, rngFromSeed, type ScalarSupport } from "@poolish/core";
import { createEstimator } from "../../src/createEstimator.ts";
import { numDensityWeights } from "../../src/density/densitySpec.ts";
import type { Estimator } from "../../src/estimator.ts";
import type { EstimatorSpec } from "../../src/estimatorSpec.ts";
import { fitFeatures } from "../../src/features.ts";

const ROWS = 400;

/** Simulated-looking θ: one column for each support, row-major. */
function exampleTheta(rng: Rng, supports: readonly ScalarSupport[]): Float64Array {
  return Float64Array.from({ length: ROWS * supports.length }, (_, i) => {
    const { lower, upper } = supports[i % supports.length];
    const u = rng.uniform();
    if (Number.isFinite(lower) && Number.isFinite(upper)) return lower + u * (upper - lower);
    return Number.isFinite(lower) ? lower + 0.5 + 20 * u : 4 * u - 2;
  });
}

/** A rate (0, ∞) and a share (0, 1): every feature but those of the whole line. */
const EXAMPLE_SUPPORTS = [positive, interval(0, 1)];

export function exampleSpec(seed = 1): EstimatorSpec {
  const rng = rngFromSeed(seed);
  const features = fitFeatures(EXAMPLE_SUPPORTS, exampleTheta(rng, EXAMPLE_SUPPORTS), ROWS);
  return {
    format: "poolish-estimator",
    version: 1,
    target: "likelihood",
    parameters: [
      { name: "rate", support: EXAMPLE_SUPPORTS[0], box: [0.5, 20.5] },
      { name: "share", support: EXAMPLE_SUPPORTS[1], box: [0, 1] },
    ],
    columns: [{ name: "chips", kind: "count" }],
    conditions: [],
    features,
    conditionScales: [],
    density: {
      kind: "count-mixture",
      numComponents: 3,
      network: { widths: [features.length, 13, 7, 11], activation: "tanh" },
      scale: { mean: 3, standardDeviation: 1.2 },
      largestCount: 60,
    },
    numMembers: 1,
    provenance: {
      simulator: "example",
      simulationSeed: 1,
      numSimulations: 1000,
      numDropped: 3,
      trainingSeed: 2,
      backend: "cpu",
      histories: [[{ training: 2.5, validation: 2.625 }]],
      keptEpochs: [0],
      heldOutLogDensity: -2.625,
    },
  };
}

export function randomWeights(rng: Rng, count: number, size = 1): Float32Array {
  return Float32Array.from({ length: count }, () => size * (2 * rng.uniform() - 1));
}

/** An estimator with random weights: a density like any other, trained on nothing. */
export function exampleEstimator(seed = 1): Estimator {
  const spec = exampleSpec(seed);
  return createEstimator(spec, randomWeights(rngFromSeed(seed).foldIn(1), numDensityWeights(spec.density), 0.6));
}
