import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { numDensityWeights } from "../../src/density/densitySpec.ts";
import { blockLength } from "../../src/network/splitNetworkSpec.ts";
import { baselineBlocks, type VectorFieldSpec, vectorFieldBlocks } from "../../src/vectorField/vectorFieldSpec.ts";
import { continuousColumns } from "./continuousDensity.ts";

/** A small field whose network is a transformer: five features in patches of two, one condition. */
export function attentionSpec(D: number, options: Partial<VectorFieldSpec> = {}): VectorFieldSpec {
  return {
    kind: "vector-field",
    columns: continuousColumns(D),
    numFeatures: 5,
    numConditions: 1,
    path: "flow-matching",
    rowHidden: [],
    numSummaries: 0,
    hidden: [],
    activation: "silu",
    attention: { width: 12, numBlocks: 2, numHeads: 3, patch: 2 },
    numSteps: 4,
    gridError: 0,
    ...options,
  };
}

/** Small random weights, over a baseline whose factor has a positive diagonal. */
export function attentionWeights(spec: VectorFieldSpec, scale: number, seed = 11): Float32Array {
  const rng = rngFromSeed(seed);
  const weights = Float32Array.from({ length: numDensityWeights(spec) }, () => scale * standardNormal(rng));
  const D = spec.columns.length;
  const [slope, intercept] = baselineBlocks(spec).map(({ shape }) => blockLength(shape));
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < D; j++) {
      weights[slope + intercept + i * D + j] = i === j ? 0.7 + 0.2 * i : j < i ? 0.3 : 0;
    }
  }
  return weights;
}

/** The flat weights of a block, a view. */
export function blockOf(spec: VectorFieldSpec, weights: Float32Array, name: string): Float32Array {
  let at = 0;
  for (const block of vectorFieldBlocks(spec)) {
    const length = blockLength(block.shape);
    if (block.name === name) return weights.subarray(at, at + length);
    at += length;
  }
  throw new Error(`there is no block ${name}`);
}

export function normals(rng: Rng, length: number): Float64Array {
  return Float64Array.from({ length }, () => standardNormal(rng));
}
