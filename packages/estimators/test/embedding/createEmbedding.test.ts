import { rngFromSeed } from "@poolish/core";
import { describe, expect, test } from "vitest";
import { createEmbedding } from "../../src/embedding/createEmbedding.ts";
import type { EmbeddingInputs } from "../../src/embedding/embedding.ts";
import { type EmbeddingSpec, numEmbeddingWeights, numSummaries } from "../../src/embedding/embeddingSpec.ts";
import { randomWeights } from "../support/exampleEstimator.ts";

const NETWORK = { hidden: [7, 7], activation: "tanh", numSummaries: 3 } as const;
const SPECS: readonly EmbeddingSpec[] = [
  { kind: "mlp", numInputs: 6, ...NETWORK },
  { kind: "set", numInputs: 6, ...NETWORK, numTrials: [1, 5] },
  {
    kind: "conv1d",
    numInputs: 18,
    ...NETWORK,
    numChannels: 2,
    convolutions: [
      { numFilters: 3, size: 3, stride: 2 },
      { numFilters: 5, size: 2, stride: 1 },
    ],
  },
];

const SIZES = [2, 1, 3];

/** Three observations; sets of two, one and three trials. */
function exampleInputs(spec: EmbeddingSpec): EmbeddingInputs {
  const sizes = spec.kind === "set" ? SIZES : SIZES.map(() => 1);
  const observationOfTrial = Int32Array.from(sizes.flatMap((size, o) => new Array<number>(size).fill(o)));
  const values = Float64Array.from(randomWeights(rngFromSeed(8), observationOfTrial.length * spec.numInputs, 1.5));
  return { numObservations: sizes.length, values, observationOfTrial };
}

describe.each(SPECS)("$kind", (spec) => {
  const inputs = exampleInputs(spec);
  const weights = randomWeights(rngFromSeed(3), numEmbeddingWeights(spec), 0.6);
  const width = numSummaries(spec);
  const embed = (values: Float32Array, given = inputs): Float64Array => {
    const embedding = createEmbedding(spec, 3, 6);
    embedding.setWeights(values);
    const summaries = new Float64Array(given.numObservations * width);
    embedding.evaluate(given, summaries);
    return summaries;
  };

  test("says how many weights and summaries it has", () => {
    const embedding = createEmbedding(spec, 3, 6);
    expect(embedding.numWeights).toBe(weights.length);
    expect(embedding.numSummaries).toBe(width);
  });

  test("the pullback is the gradient by finite differences, and is ADDED", () => {
    const adjoint = Float64Array.from(randomWeights(rngFromSeed(5), 3 * width));
    const embedding = createEmbedding(spec, 3, 6);
    embedding.setWeights(weights);
    embedding.evaluate(inputs, new Float64Array(3 * width));
    const gradient = new Float32Array(weights.length).fill(1);
    embedding.pullback(adjoint, gradient);
    const total = (values: Float32Array): number =>
      embed(values).reduce((sum, value, i) => sum + value * adjoint[i], 0);
    for (let w = 0; w < weights.length; w += 5) {
      const step = 0.02;
      const moved = (by: number): Float32Array => weights.map((value, i) => (i === w ? value + by : value));
      const slope = (total(moved(step)) - total(moved(-step))) / (2 * step);
      expect(Math.abs(gradient[w] - 1 - slope)).toBeLessThan(3e-3 * Math.max(1, Math.abs(slope)));
    }
  });

  test("an observation's summaries do not depend on the others", () => {
    const all = embed(weights);
    const end = inputs.observationOfTrial.lastIndexOf(0) + 1;
    const alone = embed(weights, {
      numObservations: 1,
      values: inputs.values.slice(0, end * spec.numInputs),
      observationOfTrial: inputs.observationOfTrial.slice(0, end),
    });
    for (let s = 0; s < width; s++) expect(alone[s]).toBeCloseTo(all[s], 5);
  });
});

test("a set's summaries are averages over its trials, and the logarithm of their number", () => {
  const spec: EmbeddingSpec = { kind: "set", numInputs: 2, ...NETWORK, numTrials: [1, 5] };
  const weights = randomWeights(rngFromSeed(4), numEmbeddingWeights(spec), 0.6);
  const embedding = createEmbedding(spec, 2, 4);
  embedding.setWeights(weights);
  const trials = [0.2, -1, 0.7, 0.4];
  const both = new Float64Array(3);
  embedding.evaluate(
    { numObservations: 1, values: Float64Array.from(trials), observationOfTrial: Int32Array.of(0, 0) },
    both,
  );
  const each = new Float64Array(6);
  embedding.evaluate(
    { numObservations: 2, values: Float64Array.from(trials), observationOfTrial: Int32Array.of(0, 1) },
    each,
  );
  for (let s = 0; s < 2; s++) expect(both[s]).toBeCloseTo(0.5 * (each[s] + each[3 + s]), 6);
  const width = Math.log(5) / Math.sqrt(12);
  expect(both[2]).toBeCloseTo((Math.log(2) - 0.5 * Math.log(5)) / width, 12);
});

/** The slow obvious twin: one channel, one filter, then nothing but the linear path. */
test("a convolution is the sum over its window", () => {
  const spec: EmbeddingSpec = {
    kind: "conv1d",
    numInputs: 5,
    hidden: [1],
    activation: "relu",
    numSummaries: 1,
    numChannels: 1,
    convolutions: [{ numFilters: 1, size: 2, stride: 2 }],
  };
  // Filter (2, 3) and bias 10; hidden layer and bias 0; the linear path weighs the two positions by 1 and 100.
  const weights = Float32Array.of(2, 3, 10, 0, 0, 0, 0, 0, 1, 100);
  expect(numEmbeddingWeights(spec)).toBe(weights.length);
  const embedding = createEmbedding(spec, 1, 1);
  embedding.setWeights(weights);
  const summary = new Float64Array(1);
  const values = Float64Array.of(1, 2, 3, 4, 99);
  embedding.evaluate({ numObservations: 1, values, observationOfTrial: Int32Array.of(0) }, summary);
  expect(summary[0]).toBeCloseTo(2 + 6 + 10 + 100 * (6 + 12 + 10), 4);
});
