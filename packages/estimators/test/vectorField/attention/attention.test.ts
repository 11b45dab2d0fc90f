import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { writeFlatWeights } from "../../../src/network/weightMemory.ts";
import { createFieldJet, fieldJetCapacity } from "../../../src/vectorField/density/createFieldJet.ts";
import { createField, type Field } from "../../../src/vectorField/field.ts";
import type { VectorFieldSpec } from "../../../src/vectorField/vectorFieldSpec.ts";
import { attentionSpec, attentionWeights, blockOf, normals } from "../../support/attentionField.ts";
import { slowTurn } from "./slowAttention.ts";

function fieldOf(spec: VectorFieldSpec, weights: Float32Array, maxRows: number, maxTerms: number): Field {
  const field = createField(spec, maxRows, maxTerms, fieldJetCapacity(spec, maxRows, maxTerms));
  writeFlatWeights(field.memory, weights);
  field.refresh();
  return field;
}

/** Differences of fourth order. */
function slopeOf(f: (by: number) => number, step: number): number {
  return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
}

test("the network is what its definition says, token by token", () => {
  const rng = rngFromSeed(1);
  for (const [D, patch] of [
    [1, 1],
    [3, 2],
  ]) {
    const spec = attentionSpec(D, { attention: { width: 16, numBlocks: 3, numHeads: 2, patch } });
    // Weights of this size leave tokens about as long as they are: rounding is that of numbers of about 1.
    const weights = attentionWeights(spec, 0.2);
    const field = fieldOf(spec, weights, 2, 5);
    const features = normals(rng, 2 * 5);
    const conditions = normals(rng, 5);
    const rowOfTerm = Int32Array.of(0, 0, 1, 1, 1);
    const u = normals(rng, 5 * D);
    const angles = Float64Array.of(0.01, 0.2, 0.7, 1.2, 1.5);
    field.setRows(features, 2);
    field.setTerms(rowOfTerm, conditions, 5);
    const turn = new Float64Array(5 * D);
    field.run(u, angles, turn);
    for (let i = 0; i < 5; i++) {
      const row = Array.from(features.subarray(rowOfTerm[i] * 5, (rowOfTerm[i] + 1) * 5));
      const own = Array.from(u.subarray(i * D, (i + 1) * D));
      const expected = slowTurn(spec, weights, row, own, angles[i], [conditions[i]]);
      for (let d = 0; d < D; d++) expect(Math.abs(turn[i * D + d] - expected[d])).toBeLessThan(1e-5);
    }
  }
});

test("a readout of 0 says nothing, exactly", () => {
  const spec = attentionSpec(3);
  const weights = attentionWeights(spec, 0.5);
  blockOf(spec, weights, "field.readout.weight").fill(0);
  blockOf(spec, weights, "field.readout.bias").fill(0);
  const field = fieldOf(spec, weights, 1, 4);
  const jet = createFieldJet(field, 1, 4);
  const rng = rngFromSeed(2);
  jet.set(normals(rng, 5), 1, new Int32Array(4), normals(rng, 4), 4);
  const turn = new Float64Array(12).fill(1);
  const divergence = new Float64Array(4).fill(1);
  jet.run(normals(rng, 12), 0.3, turn, divergence);
  expect(turn).toEqual(new Float64Array(12));
  expect(divergence).toEqual(new Float64Array(4));
});

test("with equal identities, columns and features may be exchanged", () => {
  const D = 4;
  const spec = attentionSpec(D, { attention: { width: 12, numBlocks: 2, numHeads: 3, patch: 1 } });
  const weights = attentionWeights(spec, 0.4);
  for (const name of ["row.value", "row.identity", "column.value", "column.identity"]) {
    const block = blockOf(spec, weights, `field.${name}`);
    for (let i = 12; i < block.length; i++) block[i] = block[i % 12];
  }
  const field = fieldOf(spec, weights, 2, 2);
  const rng = rngFromSeed(3);
  const u = normals(rng, D);
  const features = normals(rng, 5);
  const columns = [2, 0, 3, 1];
  const order = [4, 2, 0, 1, 3];
  field.setRows(Float64Array.of(...features, ...order.map((f) => features[f])), 2);
  field.setTerms(Int32Array.of(0, 1), Float64Array.of(0.5, 0.5), 2);
  const turn = new Float64Array(2 * D);
  field.run(Float64Array.of(...u, ...columns.map((d) => u[d])), 0.6, turn);
  expect(Math.abs(turn[0] - turn[1])).toBeGreaterThan(0.05);
  columns.forEach((d, place) => {
    // Sums in another order, in float32.
    expect(Math.abs(turn[D + place] - turn[d])).toBeLessThan(1e-5);
  });
});

test("gradients in weights and features are those of differences, in several chunks, too", () => {
  const D = 3;
  const spec = attentionSpec(D);
  const weights = attentionWeights(spec, 0.4);
  // 4,096 tokens at once: 1,365 terms of three columns.
  for (const count of [5, 1400]) {
    const rng = rngFromSeed(4);
    const field = fieldOf(spec, weights, 2, count);
    const features = normals(rng, 2 * 5);
    const conditions = normals(rng, count);
    const rowOfTerm = Int32Array.from({ length: count }, (_, i) => (i < 2 ? 0 : 1));
    const u = normals(rng, count * D);
    const adjoint = normals(rng, count * D);
    const angles = Float64Array.from({ length: count }, (_, i) => 0.05 + (1.5 * i) / count);
    const turn = new Float64Array(count * D);
    const value = (own: Float32Array, rows: Float64Array): number => {
      writeFlatWeights(field.memory, own);
      field.refresh();
      field.setRows(rows, 2);
      field.setTerms(rowOfTerm, conditions, count);
      field.run(u, angles, turn);
      return turn.reduce((sum, each, i) => sum + adjoint[i] * each, 0);
    };
    value(weights, features);
    const { values, stride } = field.network.outputGradient;
    for (let i = 0; i < count * D; i++) values[Math.floor(i / D) * stride + (i % D)] = adjoint[i];
    const byFeature = new Float64Array(2 * 5);
    field.backward(byFeature);
    const { gradient, positions } = field.memory;
    const byWeight = Float64Array.from(positions, (at) => gradient.values[at]);
    const size = Math.sqrt(byWeight.reduce((sum, each) => sum + each * each, 0) / byWeight.length);
    // All weights of the small case, by turns of the large one.
    for (let w = 0; w < weights.length; w += count > 5 ? 97 : 1) {
      const numeric = slopeOf((by) => value(weights.with(w, weights[w] + by), features), 1e-2);
      // The baseline's weights do not move the network.
      expect(Math.abs(byWeight[w] - numeric)).toBeLessThan(2e-3 * (size + Math.abs(numeric)));
    }
    for (let f = 0; f < features.length; f++) {
      const numeric = slopeOf((by) => value(weights, features.with(f, features[f] + by)), 1e-2);
      expect(Math.abs(byFeature[f] - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
    }
  }
});

test("the jet's divergence and both gradients are those of differences", () => {
  const D = 3;
  const n = 4;
  const spec = attentionSpec(D);
  const weights = attentionWeights(spec, 0.4);
  const field = fieldOf(spec, weights, 2, n);
  const jet = createFieldJet(field, 2, n);
  const rng = rngFromSeed(5);
  const features = normals(rng, 2 * 5);
  const conditions = normals(rng, n);
  const rowOfTerm = Int32Array.of(0, 1, 1, 1);
  const u = normals(rng, n * D);
  const turnAdjoint = normals(rng, n * D);
  const divergenceAdjoint = normals(rng, n);
  const run = (at: Float64Array, rows: Float64Array) => {
    const turn = new Float64Array(n * D);
    const divergence = new Float64Array(n);
    jet.set(rows, 2, rowOfTerm, conditions, n);
    jet.run(at, 0.4, turn, divergence);
    return { turn, divergence };
  };
  const value = (at: Float64Array, rows: Float64Array): number => {
    const { turn, divergence } = run(at, rows);
    const ofTurn = turn.reduce((sum, each, i) => sum + turnAdjoint[i] * each, 0);
    return divergence.reduce((sum, each, i) => sum + divergenceAdjoint[i] * each, ofTurn);
  };
  const { divergence } = run(u, features);
  const byU = new Float64Array(n * D);
  const byFeature = new Float64Array(2 * 5);
  jet.pullback(turnAdjoint, divergenceAdjoint, byU, byFeature);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let d = 0; d < D; d++) {
      const k = i * D + d;
      sum += slopeOf((by) => run(u.with(k, u[k] + by), features).turn[k], 1e-2);
      const numeric = slopeOf((by) => value(u.with(k, u[k] + by), features), 1e-2);
      expect(Math.abs(byU[k] - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
    }
    expect(Math.abs(divergence[i] - sum)).toBeLessThan(1e-3);
  }
  for (let f = 0; f < features.length; f++) {
    const numeric = slopeOf((by) => value(u, features.with(f, features[f] + by)), 1e-2);
    expect(Math.abs(byFeature[f] - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
  }
  // What one pullback leaves behind does not reach the next, with or without features.
  run(u, features);
  const again = new Float64Array(n * D);
  jet.pullback(turnAdjoint, divergenceAdjoint, again, undefined);
  expect(again).toEqual(byU);
  run(u, features);
  const secondByFeature = new Float64Array(2 * 5);
  jet.pullback(turnAdjoint, divergenceAdjoint, again, secondByFeature);
  expect(secondByFeature).toEqual(byFeature);
});
