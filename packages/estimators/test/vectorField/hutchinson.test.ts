import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { numDensityWeights } from "../../src/density/densitySpec.ts";
import { writeFlatWeights } from "../../src/network/weightMemory.ts";
import { createFieldJet, fieldJetCapacity } from "../../src/vectorField/density/createFieldJet.ts";
import { createFlowLogProb } from "../../src/vectorField/density/flowLogProb.ts";
import { createField } from "../../src/vectorField/field.ts";
import { baselineBlocks, type VectorFieldSpec } from "../../src/vectorField/vectorFieldSpec.ts";
import { continuousColumns } from "../support/continuousDensity.ts";

const D = 4;
const spec: VectorFieldSpec = {
  kind: "vector-field",
  columns: continuousColumns(D),
  numFeatures: 2,
  numConditions: 0,
  path: "flow-matching",
  rowHidden: [8],
  numSummaries: 3,
  hidden: [16, 16],
  activation: "silu",
  numSteps: 8,
  gridError: 0,
};

/** Random weights over a baseline that does nothing. */
function randomWeights(): Float32Array {
  const rng = rngFromSeed(3);
  const weights = Float32Array.from({ length: numDensityWeights(spec) }, () => 0.4 * standardNormal(rng));
  const numBaseline = baselineBlocks(spec).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  weights.fill(0, 0, numBaseline);
  for (let d = 0; d < D; d++) weights[numBaseline - D * D + d * D + d] = 1;
  return weights;
}

test("over all signs, the estimated divergence is the exact one", () => {
  const n = 3;
  const field = createField(spec, n, n, fieldJetCapacity(spec, n, n));
  const jet = createFieldJet(field, n, n);
  writeFlatWeights(field.memory, randomWeights());
  field.refresh();
  jet.refresh();
  const rng = rngFromSeed(1);
  const features = Float64Array.from({ length: 2 * n }, () => standardNormal(rng));
  jet.set(features, n, Int32Array.of(0, 1, 2), new Float64Array(0), n);
  const u = Float64Array.from({ length: n * D }, () => standardNormal(rng));
  const turn = new Float64Array(n * D);
  const exact = new Float64Array(n);
  jet.run(u, 0.4, turn, exact);
  const mean = new Float64Array(n);
  let largestError = 0;
  for (let signs = 0; signs < 2 ** D; signs++) {
    const values = Float64Array.from({ length: n * D }, (_, i) => ((signs >> (i % D)) & 1 ? 1 : -1));
    const found = new Float64Array(n);
    const sameTurn = new Float64Array(n * D);
    jet.run(u, 0.4, sameTurn, found, { count: 1, values });
    expect(sameTurn).toEqual(turn);
    for (let i = 0; i < n; i++) {
      mean[i] += found[i] / 2 ** D;
      largestError = Math.max(largestError, Math.abs(found[i] - exact[i]));
    }
  }
  // One direction alone errs.
  expect(largestError).toBeGreaterThan(0.05);
  for (let i = 0; i < n; i++) expect(Math.abs(mean[i] - exact[i])).toBeLessThan(1e-5);
});

test("the estimated log-density is the exact one on average, and exact with as many directions as columns", () => {
  const logProb = createFlowLogProb(spec, [randomWeights()]);
  const features = [Float64Array.of(0.5, -1)];
  const y = Float64Array.of(0.3, -0.8, 0.1, 1.2);
  const [exact] = logProb(y, features, 1, 1e-5);
  const count = 256;
  const rng = rngFromSeed(2);
  // As many rows at once, each with directions of its own.
  const rows = Float64Array.from({ length: count * D }, (_, i) => y[i % D]);
  for (const directions of [1, 3]) {
    const found = logProb(rows, features, 1, 1e-5, { rng, directions });
    const mean = found.reduce((sum, value) => sum + value / count, 0);
    const variance = found.reduce((sum, value) => sum + (value - mean) ** 2 / (count - 1), 0);
    expect(variance).toBeGreaterThan(1e-4);
    // Four standard errors, and the solver's.
    expect(Math.abs(mean - exact)).toBeLessThan(4 * Math.sqrt(variance / count) + 1e-3);
  }
  expect(logProb(y, features, 1, 1e-5, { rng, directions: D })[0]).toBe(exact);
});
