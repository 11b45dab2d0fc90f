import { interval, positive, real, rngFromSeed, type ScalarSupport } from "@poolish/core";
import type { ContinuousColumn } from "../../src/columns/continuousColumn.ts";
import type { EncodedColumn } from "../../src/columns/encodedColumn.ts";
import { type EmbeddingSpec, numSummaries } from "../../src/embedding/embeddingSpec.ts";
import type { ObservationInput } from "../../src/embedding/observationInput.ts";
import { createPosterior } from "../../src/posterior/createPosterior.ts";
import { numPosteriorWeights } from "../../src/posterior/frozenPosterior.ts";
import { fitParameterColumn } from "../../src/posterior/parameterColumns.ts";
import type { PosteriorEstimator } from "../../src/posterior/posteriorEstimator.ts";
import type { PosteriorSpec } from "../../src/posterior/posteriorSpec.ts";
import { randomWeights } from "./exampleEstimator.ts";

export interface ExampleOptions {
  readonly supports?: readonly ScalarSupport[];
  readonly family?: "autoregressive" | "flow";
  readonly embedding?: EmbeddingSpec;
  readonly numMembers?: number;
  readonly seed?: number;
}

/** Two columns of x: one open, one of heavy tails. */
const INPUTS: readonly ObservationInput[] = [0, 1].map((column) => ({
  kind: "number",
  column,
  transform: "identity",
  lower: -Infinity,
  upper: Infinity,
  edge: 1,
  center: 0.5,
  scale: 2,
  isSquashed: column === 1,
}));

export const NUM_INPUTS: number = INPUTS.length;

/** Posteriors with random weights, trained on nothing, over a positive and a bounded parameter unless told. */
export function examplePosterior(options: ExampleOptions = {}): PosteriorEstimator {
  const { supports = [positive, interval(-1, 3)], seed = 1 } = options;
  const spec = exampleSpec(supports, options);
  return createPosterior(spec, randomWeights(rngFromSeed(seed), numPosteriorWeights(spec), 0.5));
}

function exampleSpec(
  supports: readonly ScalarSupport[],
  { family = "flow", embedding = { kind: "identity", numInputs: NUM_INPUTS }, numMembers = 1 }: ExampleOptions,
): PosteriorSpec {
  const columns = supports.map(exampleColumn);
  const shared = { numFeatures: numSummaries(embedding), numConditions: 0 } as const;
  return {
    format: "poolish-estimator",
    version: 1,
    target: "posterior",
    parameters: supports.map((support, p) => ({ name: `theta${p}`, support, box: boxOf(support) })),
    columns: [
      { name: "a", kind: "continuous" },
      { name: "b", kind: "continuous" },
    ],
    inputs: INPUTS,
    embedding,
    density:
      family === "flow"
        ? {
            kind: "flow",
            ...shared,
            columns: columns.filter(isContinuous),
            transform: { kind: "spline", numBins: 5, bound: 3 },
            orders: [columns.map((_, c) => c), columns.map((_, c) => columns.length - 1 - c)],
            hidden: [8, 8],
            activation: "silu",
            hasSkip: true,
          }
        : {
            kind: "autoregressive",
            ...shared,
            columns,
            isCoupled: columns.length > 1,
            numComponents: 3,
            trunk: { hidden: [8], activation: "silu" },
            branch: { hidden: [8], activation: "silu" },
          },
    numMembers,
    provenance: {
      simulator: "example",
      simulationSeed: 1,
      numSimulations: 1000,
      numDropped: 0,
      trainingSeed: 2,
      backend: "kernels",
      histories: [[{ training: 2.5, validation: 2.625 }]],
      keptEpochs: [0],
      heldOutLogDensity: -2.625,
    },
  };
}

function boxOf({ lower, upper }: ScalarSupport): readonly [number, number] {
  return [Math.max(lower, -5), Math.min(upper, 5)];
}

function isContinuous(column: EncodedColumn): column is ContinuousColumn {
  return column.kind === "continuous";
}

/** As training encodes a parameter whose draws fill its support, or most of it. */
function exampleColumn(support: ScalarSupport): EncodedColumn {
  const [low, high] = boxOf(support);
  const values = Float64Array.from({ length: 99 }, (_, i) => low + ((i + 1) / 100) * (high - low));
  return fitParameterColumn({ name: "theta", support }, support.kind === "integer" ? values.map(Math.round) : values);
}

export const LINE: ScalarSupport = real;
