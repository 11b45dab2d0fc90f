import { interval, positive, real, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { createEstimator } from "../../src/createEstimator.ts";
import type { DensitySpec } from "../../src/density/densitySpec.ts";
import { numDensityWeights } from "../../src/density/densitySpec.ts";
import type { Estimator } from "../../src/estimator.ts";
import type { EstimatorSpec } from "../../src/estimatorSpec.ts";
import { exampleSpec } from "./exampleEstimator.ts";

const networks = {
  isCoupled: true,
  numComponents: 2,
  trunk: { hidden: [8, 8], activation: "silu" },
  branch: { hidden: [6], activation: "silu" },
} as const;

/** Response times above the parameter `shift`, choices of −1 or 1, and clicks, given a standardised contrast. */
export function mixedSpec(numMembers = 2): EstimatorSpec {
  const density: DensitySpec = {
    kind: "autoregressive",
    columns: [
      {
        kind: "continuous",
        transform: "log",
        lower: { parameter: 1 },
        upper: Infinity,
        edge: 0.05,
        mean: -0.5,
        standardDeviation: 0.8,
      },
      { kind: "category", values: [-1, 1] },
      { kind: "count", scale: { mean: 2, standardDeviation: 0.8 }, largestCount: 30 },
    ],
    numFeatures: 2,
    numConditions: 1,
    ...networks,
  };
  const open = { lower: -Infinity, upper: Infinity } as const;
  return {
    ...exampleSpec(),
    parameters: [
      { name: "drift", support: real, box: [-2, 2] },
      { name: "shift", support: interval(0, 1), box: [0.1, 0.5] },
    ],
    columns: [
      { name: "rt", kind: "continuous", bounds: { lower: "shift" } },
      { name: "choice", kind: "category" },
      { name: "clicks", kind: "count" },
    ],
    conditions: [{ name: "contrast", kind: "continuous" }],
    features: [
      { parameter: 0, transform: "identity", ...open, mean: 0.2, standardDeviation: 1.5 },
      { parameter: 1, transform: "identity", lower: 0, upper: 1, mean: 0.3, standardDeviation: 0.2 },
    ],
    conditionScales: [{ mean: 0.5, standardDeviation: 0.3 }],
    density,
    numMembers,
  };
}

/** One column above 0, or two on the whole line, of one parameter; no conditions. */
export function continuousSpec(numColumns: 1 | 2): EstimatorSpec {
  const column = {
    kind: "continuous",
    lower: -Infinity,
    upper: Infinity,
    edge: 1,
    mean: 0.4,
    standardDeviation: 1.3,
  } as const;
  const log = { ...column, transform: "log", lower: 0, edge: 1e-9 } as const;
  const plain = { ...column, transform: "identity" } as const;
  return {
    ...exampleSpec(),
    parameters: [{ name: "rate", support: positive, box: [0.1, 5] }],
    columns:
      numColumns === 1
        ? [{ name: "x", kind: "continuous", bounds: { lower: 0 } }]
        : [
            { name: "x", kind: "continuous" },
            { name: "y", kind: "continuous" },
          ],
    features: [{ parameter: 0, transform: "log", lower: 0, upper: Infinity, mean: 0.5, standardDeviation: 0.7 }],
    density: {
      ...networks,
      kind: "autoregressive",
      columns: numColumns === 1 ? [log] : [plain, plain],
      numFeatures: 1,
      numConditions: 0,
    },
  };
}

/** An estimator with normal weights: a density like any other, trained on nothing. */
export function estimatorOf(spec: EstimatorSpec, seed = 1): Estimator {
  const rng = rngFromSeed(seed);
  const length = spec.numMembers * numDensityWeights(spec.density);
  return createEstimator(
    spec,
    Float32Array.from({ length }, () => 0.4 * standardNormal(rng)),
  );
}
