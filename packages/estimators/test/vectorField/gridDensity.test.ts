import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import type { EncodedTerms } from "../../src/density/conditionalDensity.ts";
import { numDensityWeights } from "../../src/density/densitySpec.ts";
import { writeFlatWeights } from "../../src/network/weightMemory.ts";
import { createVectorFieldDensity } from "../../src/vectorField/createVectorFieldDensity.ts";
import { createField } from "../../src/vectorField/field.ts";
import { dormandPrince } from "../../src/vectorField/sampling/dormandPrince.ts";
import { baselineBlocks, type VectorFieldSpec } from "../../src/vectorField/vectorFieldSpec.ts";
import { continuousColumns } from "../support/continuousDensity.ts";

function specOf(D: number, options: Partial<VectorFieldSpec> = {}): VectorFieldSpec {
  return {
    kind: "vector-field",
    columns: continuousColumns(D),
    numFeatures: 2,
    numConditions: 1,
    path: "flow-matching",
    rowHidden: [8],
    numSummaries: 3,
    hidden: [16, 16, 12],
    activation: "silu",
    numSteps: 16,
    gridError: 0,
    ...options,
  };
}

const ATTENTION = {
  rowHidden: [],
  numSummaries: 0,
  hidden: [],
  attention: { width: 8, numBlocks: 2, numHeads: 2, patch: 1 },
} as const;

/** Small random weights, with a baseline whose factor has a positive diagonal. */
function weightsOf(spec: VectorFieldSpec, scale: number): Float32Array {
  const rng = rngFromSeed(11);
  const weights = Float32Array.from({ length: numDensityWeights(spec) }, () => scale * standardNormal(rng));
  const D = spec.columns.length;
  const [slope, intercept] = baselineBlocks(spec).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < D; i++) {
    for (let j = 0; j < D; j++) {
      weights[slope + intercept + i * D + j] = i === j ? 0.7 + 0.2 * i : j < i ? 0.3 : 0;
    }
  }
  return weights;
}

function termsOf(D: number, count: number, rowOfTerm: number[]): EncodedTerms {
  const rng = rngFromSeed(5);
  return {
    numTerms: count,
    rowOfTerm: Int32Array.from(rowOfTerm),
    columns: Array.from({ length: D }, () => Float64Array.from({ length: count }, () => standardNormal(rng))),
    conditions: Float64Array.from({ length: count }, () => standardNormal(rng)),
  };
}

test("a network that says nothing leaves the baseline's Gaussian, exactly", () => {
  const spec = specOf(2);
  const weights = weightsOf(spec, 0.4);
  const numBaseline = baselineBlocks(spec).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  // The output layer is the last block of matrix and biases.
  weights.fill(0, weights.length - 12 * 2 - 2);
  const density = createVectorFieldDensity(spec, 1, 1);
  density.setWeights(weights);
  const terms = termsOf(2, 1, [0]);
  const features = Float64Array.of(0.3, -0.8);
  density.setTerms(terms);
  const logTerms = new Float64Array(1);
  density.evaluate(features, 1, logTerms);
  const inputs = [0.3, -0.8, terms.conditions[0]];
  const w = (i: number): number => weights[i];
  const residual = [0, 1].map((d) => {
    const location = inputs.reduce((sum, value, k) => sum + value * w(k * 2 + d), w(6 + d));
    return terms.columns[d][0] - location;
  });
  const [a, b, c] = [w(8), w(10), w(11)];
  const z0 = residual[0] / a;
  const z1 = (residual[1] - b * z0) / c;
  expect(numBaseline).toBe(12);
  expect(logTerms[0]).toBeCloseTo(-0.5 * (z0 * z0 + z1 * z1) - Math.log(a * c) - Math.log(2 * Math.PI), 10);
});

test.each([
  ["mlp", {}],
  ["attention", ATTENTION],
])("the grid's density of %s is that of the adaptive solver with a numerical divergence", (_, network) => {
  const D = 2;
  const spec = specOf(D, { numSteps: 32, ...network });
  const weights = weightsOf(spec, 0.35);
  const density = createVectorFieldDensity(spec, 2, 4);
  density.setWeights(weights);
  const terms = termsOf(D, 4, [0, 0, 1, 1]);
  const features = Float64Array.of(0.3, -0.8, 1.1, 0.2);
  const logTerms = new Float64Array(4);
  density.setTerms(terms);
  density.evaluate(features, 2, logTerms);
  const field = createField(spec, 2, 4);
  writeFlatWeights(field.memory, weights);
  field.refresh();
  field.setRows(features, 2);
  field.setTerms(terms.rowOfTerm, terms.conditions, 4);
  const y = Float64Array.from({ length: 8 }, (_, i) => terms.columns[i % D][Math.floor(i / D)]);
  const state = new Float64Array(4 * D + 4);
  for (let i = 0; i < 4; i++) {
    field.baseline.whiten({ term: i, row: terms.rowOfTerm[i], features, conditions: terms.conditions }, y, state);
  }
  const step = 1e-2;
  const run = (u: Float64Array, angle: number): Float64Array => {
    const turn = new Float64Array(4 * D);
    field.run(u, angle, turn);
    return turn;
  };
  dormandPrince(
    (angle, at, slope) => {
      const u = at.slice(0, 4 * D);
      slope.set(run(u, angle));
      slope.fill(0, 4 * D);
      for (let d = 0; d < D; d++) {
        const shifted = (by: number): Float64Array =>
          run(
            u.map((value, k) => (k % D === d ? value + by : value)),
            angle,
          );
        const [up, down, farUp, farDown] = [step, -step, 2 * step, -2 * step].map(shifted);
        for (let i = 0; i < 4; i++) {
          const k = i * D + d;
          slope[4 * D + i] += (8 * (up[k] - down[k]) - (farUp[k] - farDown[k])) / (12 * step);
        }
      }
    },
    0,
    Math.PI / 2,
    state,
    { tolerance: 1e-5 },
  );
  for (let i = 0; i < 4; i++) {
    const [u, v] = [state[i * D], state[i * D + 1]];
    const expected = -0.5 * (u * u + v * v) - Math.log(2 * Math.PI) - field.baseline.logDeterminant + state[4 * D + i];
    expect(Math.abs(logTerms[i] - expected)).toBeLessThan(2e-3);
  }
});

test("gradients in columns and features are those of finite differences", () => {
  for (const [D, network] of [[1], [3], [1, ATTENTION], [3, ATTENTION]] as const) {
    const spec = specOf(D, { numSteps: 4, ...network });
    const weights = weightsOf(spec, 0.4);
    const density = createVectorFieldDensity(spec, 2, 3);
    density.setWeights(weights);
    const terms = termsOf(D, 3, [0, 0, 1]);
    const features = Float64Array.of(0.3, -0.8, 1.1, 0.2);
    const adjoint = Float64Array.of(0.5, -1.5, 2);
    const value = (columns: readonly Float64Array[], rows: Float64Array): number => {
      const logTerms = new Float64Array(3);
      density.setTerms({ ...terms, columns });
      density.evaluate(rows, 2, logTerms);
      return logTerms.reduce((sum, each, i) => sum + adjoint[i] * each, 0);
    };
    value(terms.columns, features);
    const byColumn = terms.columns.map(() => new Float64Array(3));
    const byFeature = new Float64Array(4);
    density.pullback(adjoint, { columns: byColumn, features: byFeature });
    // Networks are float32: a step of 1e-2 with differences of fourth order leaves errors of about 1e-4.
    const step = 1e-2;
    const slope = (f: (by: number) => number): number =>
      (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
    terms.columns.forEach((_, d) => {
      for (let i = 0; i < 3; i++) {
        const numeric = slope((by) => {
          const columns = terms.columns.map((column) => column.slice());
          columns[d][i] += by;
          return value(columns, features);
        });
        expect(Math.abs(byColumn[d][i] - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
      }
    });
    for (let f = 0; f < 4; f++) {
      const numeric = slope((by) =>
        value(
          terms.columns,
          features.map((each, k) => (k === f ? each + by : each)),
        ),
      );
      expect(Math.abs(byFeature[f] - numeric)).toBeLessThan(2e-3 * (1 + Math.abs(numeric)));
    }
  }
});

test("far away, where the network's arguments are large, gradients are those of differences", () => {
  const spec = specOf(1, { numSteps: 2, numConditions: 0 });
  const density = createVectorFieldDensity(spec, 1, 1);
  density.setWeights(weightsOf(spec, 0.4));
  const evaluate = (x: number): number => {
    const logTerms = new Float64Array(1);
    const terms = { numTerms: 1, rowOfTerm: new Int32Array(1), columns: [Float64Array.of(x)] };
    density.setTerms({ ...terms, conditions: new Float64Array(0) });
    density.evaluate(Float64Array.of(0.3, -0.8), 1, logTerms);
    return logTerms[0];
  };
  const x = 3000;
  const numeric = (evaluate(x + 10) - evaluate(x - 10)) / 20;
  evaluate(x);
  const gradient = new Float64Array(1);
  density.pullback(Float64Array.of(1), { columns: [gradient] });
  expect(Math.abs(gradient[0] / numeric - 1)).toBeLessThan(1e-3);
});

test.each([
  ["mlp", {}],
  ["attention", ATTENTION],
])("terms of %s that go through in several chunks have the values and gradients that they have alone", (_, network) => {
  const D = 5;
  // 4,096 tangents at once: 819 terms, or 136 with tokens for each column.
  const count = 1000;
  const spec = specOf(D, { numSteps: 2, ...network });
  const weights = weightsOf(spec, 0.3);
  const rowOfTerm = Array.from({ length: count }, (_, i) => Math.floor(i / 100));
  const terms = termsOf(D, count, rowOfTerm);
  const features = Float64Array.from({ length: 20 }, (_, i) => Math.sin(i));
  const adjoint = Float64Array.from({ length: count }, (_, i) => Math.cos(i));
  const run = (own: EncodedTerms, weight: Float64Array) => {
    const density = createVectorFieldDensity(spec, 10, own.numTerms);
    density.setWeights(weights);
    density.setTerms(own);
    const logTerms = new Float64Array(own.numTerms);
    density.evaluate(features, 10, logTerms);
    const columns = own.columns.map((each) => new Float64Array(each.length));
    const byFeature = new Float64Array(features.length);
    density.pullback(weight, { columns, features: byFeature });
    return { logTerms, columns, byFeature };
  };
  const part = (from: number, end: number) =>
    run(
      {
        numTerms: end - from,
        rowOfTerm: terms.rowOfTerm.slice(from, end),
        columns: terms.columns.map((each) => each.slice(from, end)),
        conditions: terms.conditions.slice(from, end),
      },
      adjoint.slice(from, end),
    );
  const whole = run(terms, adjoint);
  const halves = [part(0, 500), part(500, count)];
  for (let i = 0; i < count; i++) {
    const half = halves[Math.floor(i / 500)];
    expect(Math.abs(whole.logTerms[i] - half.logTerms[i % 500])).toBeLessThan(1e-4);
    for (let d = 0; d < D; d++) expect(Math.abs(whole.columns[d][i] - half.columns[d][i % 500])).toBeLessThan(1e-4);
  }
  for (const [f, value] of whole.byFeature.entries()) {
    expect(Math.abs(value - halves[0].byFeature[f] - halves[1].byFeature[f])).toBeLessThan(1e-3);
  }
});

test("the density integrates to 1, on a coarse grid, too", () => {
  const spec = specOf(1, { numSteps: 6, numConditions: 0 });
  const count = 801;
  const density = createVectorFieldDensity(spec, 1, count);
  density.setWeights(weightsOf(spec, 0.3));
  const width = 24 / (count - 1);
  density.setTerms({
    numTerms: count,
    rowOfTerm: new Int32Array(count),
    columns: [Float64Array.from({ length: count }, (_, i) => -12 + i * width)],
    conditions: new Float64Array(0),
  });
  const logTerms = new Float64Array(count);
  density.evaluate(Float64Array.of(0.2, 0.4), 1, logTerms);
  expect(logTerms.reduce((sum, value) => sum + width * Math.exp(value), 0)).toBeCloseTo(1, 3);
});
