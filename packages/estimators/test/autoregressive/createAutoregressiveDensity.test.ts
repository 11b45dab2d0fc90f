import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";
import {
  type AutoregressiveSpec,
  autoregressiveBlocks,
  numAutoregressiveWeights,
} from "../../src/autoregressive/autoregressiveSpec.ts";
import { createAutoregressiveDensity } from "../../src/autoregressive/createAutoregressiveDensity.ts";
import type { EncodedColumn } from "../../src/columns/encodedColumn.ts";
import type { EncodedTerms } from "../../src/density/conditionalDensity.ts";

const continuous: EncodedColumn = {
  kind: "continuous",
  transform: "identity",
  lower: -Infinity,
  upper: Infinity,
  edge: 1,
  mean: 0,
  standardDeviation: 1,
};
const count: EncodedColumn = { kind: "count", scale: { mean: 2, standardDeviation: 0.8 }, largestCount: 20 };
const category: EncodedColumn = { kind: "category", values: [-1, 1, 3] };

/** The fourth-order central difference of `at`; its steps stand far enough apart for float32 networks. */
function derivative(at: (h: number) => number): number {
  const h = 4e-3;
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

function expectClose(value: number, expected: number): void {
  // Float32: values carry relative errors near 1e-6, differences 1e-6 / 4e-3.
  expect(Math.abs(value - expected)).toBeLessThan(3e-3 * (1 + Math.abs(expected)));
}

function specOf(columns: readonly EncodedColumn[], numConditions: number): AutoregressiveSpec {
  return {
    kind: "autoregressive",
    columns,
    numFeatures: 3,
    numConditions,
    isCoupled: true,
    numComponents: 3,
    trunk: { hidden: [8, 8], activation: "tanh" },
    branch: { hidden: [6, 6], activation: "silu" },
  };
}

function randomWeights(rng: Rng, spec: AutoregressiveSpec): Float32Array {
  return Float32Array.from({ length: numAutoregressiveWeights(spec) }, () => 0.25 * standardNormal(rng));
}

function randomTerms(rng: Rng, spec: AutoregressiveSpec, rowOfTerm: Int32Array): EncodedTerms {
  const numTerms = rowOfTerm.length;
  return {
    numTerms,
    rowOfTerm,
    columns: spec.columns.map(({ kind }) =>
      Float64Array.from({ length: numTerms }, (_, i) => {
        if (kind === "continuous") return standardNormal(rng);
        return kind === "count" ? (3 * i) % 11 : i % 3;
      }),
    ),
    conditions: Float64Array.from({ length: numTerms * spec.numConditions }, () => standardNormal(rng)),
  };
}

const cases: readonly [string, readonly EncodedColumn[], number][] = [
  ["one continuous column", [continuous], 0],
  ["three continuous columns", [continuous, continuous, continuous], 0],
  ["continuous columns with conditions", [continuous, continuous], 2],
  ["counts", [count, count], 0],
  ["categories", [category, category], 0],
  ["mixed columns, in any order", [continuous, category, count, continuous, category], 1],
];

describe.each(cases)("autoregressive density: %s", (_name, columns, numConditions) => {
  const spec = specOf(columns, numConditions);
  const rng = rngFromSeed(3);
  const weights = randomWeights(rng, spec);
  const rowOfTerm = Int32Array.of(0, 0, 0, 1, 2, 2, 2);
  const numRows = 3;
  const terms = randomTerms(rng, spec, rowOfTerm);
  const features = Float64Array.from({ length: numRows * spec.numFeatures }, () => standardNormal(rng));
  const adjoint = Float64Array.from({ length: terms.numTerms }, () => standardNormal(rng));
  const density = createAutoregressiveDensity(spec, 4, 9);
  const total = (at: { weights?: Float32Array; terms?: EncodedTerms; features?: Float64Array }): number => {
    density.setWeights(at.weights ?? weights);
    density.setTerms(at.terms ?? terms);
    const logTerms = new Float64Array(terms.numTerms);
    density.evaluate(at.features ?? features, numRows, logTerms);
    return logTerms.reduce((sum, value, i) => sum + adjoint[i] * value, 0);
  };
  const gradients = () => {
    total({});
    const into = {
      features: new Float64Array(features.length),
      columns: terms.columns.map(() => new Float64Array(terms.numTerms)),
      weights: new Float32Array(weights.length),
    };
    density.pullback(adjoint, into);
    return into;
  };

  test("gradients in the features are those of finite differences", () => {
    const { features: gradient } = gradients();
    features.forEach((_, f) => {
      const at = (h: number) => total({ features: features.map((value, g) => (g === f ? value + h : value)) });
      expectClose(gradient[f], derivative(at));
    });
  });

  test("gradients in the weights are those of finite differences", () => {
    const { weights: gradient } = gradients();
    for (let k = 0; k < weights.length; k += 7) {
      const at = (h: number) => total({ weights: weights.map((value, g) => (g === k ? value + h : value)) });
      expectClose(gradient[k], derivative(at));
    }
  });

  test("gradients in continuous columns are those of finite differences", () => {
    const { columns: gradient } = gradients();
    spec.columns.forEach(({ kind }, c) => {
      if (kind !== "continuous") return;
      for (let i = 0; i < terms.numTerms; i++) {
        const at = (h: number) => {
          const moved = terms.columns.map((column, d) =>
            column.map((value, j) => (d === c && j === i ? value + h : value)),
          );
          return total({ terms: { ...terms, columns: moved } });
        };
        expectClose(gradient[c][i], derivative(at));
      }
    });
  });

  test("the blocks of weights fill the flat weights", () => {
    const sizes = autoregressiveBlocks(spec).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(weights.length);
  });
});
