import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect } from "vitest";
import type { ContinuousColumn } from "../../src/columns/continuousColumn.ts";
import type { ConditionalDensity, EncodedTerms } from "../../src/density/conditionalDensity.ts";

/** An unbounded column that is standardised already. */
export const CONTINUOUS: ContinuousColumn = {
  kind: "continuous",
  transform: "identity",
  lower: -Infinity,
  upper: Infinity,
  edge: 1,
  mean: 0,
  standardDeviation: 1,
};

export function continuousColumns(count: number): ContinuousColumn[] {
  return new Array<ContinuousColumn>(count).fill(CONTINUOUS);
}

export function normals(rng: Rng, length: number, scale = 1): Float64Array {
  return Float64Array.from({ length }, () => scale * standardNormal(rng));
}

/** Where a density is evaluated. */
export interface Point {
  readonly weights: Float32Array;
  readonly terms: EncodedTerms;
  readonly features: Float64Array;
  readonly numRows: number;
}

/** What the tests need to know of a density. */
interface Shape {
  readonly columns: readonly unknown[];
  readonly numFeatures: number;
  readonly numConditions: number;
}

/** Normal weights, features, conditions and columns for terms of the rows `rowOfTerm`. */
export function randomPoint(
  rng: Rng,
  { numWeights }: ConditionalDensity,
  { columns, numFeatures, numConditions }: Shape,
  rowOfTerm: Int32Array,
): Point {
  const numTerms = rowOfTerm.length;
  const numRows = 1 + (rowOfTerm.at(-1) ?? -1);
  return {
    weights: Float32Array.from(normals(rng, numWeights, 0.3)),
    terms: {
      numTerms,
      rowOfTerm,
      columns: columns.map(() => normals(rng, numTerms)),
      conditions: normals(rng, numTerms * numConditions),
    },
    features: normals(rng, numRows * numFeatures),
    numRows,
  };
}

/** Term i of a point alone, with a row of its own. */
export function oneTerm({ weights, terms, features }: Point, { numFeatures, numConditions }: Shape, i: number): Point {
  const row = terms.rowOfTerm[i];
  return {
    weights,
    terms: {
      numTerms: 1,
      rowOfTerm: Int32Array.of(0),
      columns: terms.columns.map((column) => column.slice(i, i + 1)),
      conditions: terms.conditions.slice(i * numConditions, (i + 1) * numConditions),
    },
    features: features.slice(row * numFeatures, (row + 1) * numFeatures),
    numRows: 1,
  };
}

export function evaluateAt(density: ConditionalDensity, { weights, terms, features, numRows }: Point): Float64Array {
  const logTerms = new Float64Array(terms.numTerms);
  density.setWeights(weights);
  density.setTerms(terms);
  density.evaluate(features, numRows, logTerms);
  return logTerms;
}

/** The fourth-order central difference of `at` over steps of h. */
function difference(at: (h: number) => number, h: number): number {
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

/**
 * Compares a derivative with differences. Their error is that of the formula, which halving its steps shows, and that of
 * `at`: sums of float32 numbers of `size` altogether, each off by some 20 units of 2⁻²⁴, so by 20 · 2⁻²⁴ · 1.5 / h.
 */
function expectDerivative(value: number, at: (h: number) => number, size: number): void {
  const h = 4e-3;
  const expected = difference(at, h);
  const tolerance = Math.abs(difference(at, 2 * h) - expected) + (30 * 2 ** -24 * size) / h + 1e-4 * Math.abs(expected);
  expect(Math.abs(value - expected)).toBeLessThan(tolerance);
}

/** Compares the gradients of Σ adjoint_i log p_i with finite differences; those of every seventh weight. */
export function expectGradients(density: ConditionalDensity, point: Point, adjoint: Float64Array): void {
  const { weights, features, terms } = point;
  const total = (at: Partial<Point>): number =>
    evaluateAt(density, { ...point, ...at }).reduce((sum, value, i) => sum + adjoint[i] * value, 0);
  const size = evaluateAt(density, point).reduce(
    (sum, value, i) => sum + Math.abs(adjoint[i]) * (3 + Math.abs(value)),
    0,
  );
  // A pullback ADDS: it begins at 1.
  const into = {
    features: new Float64Array(features.length).fill(1),
    columns: terms.columns.map(() => new Float64Array(terms.numTerms).fill(1)),
    weights: new Float32Array(weights.length).fill(1),
  };
  density.pullback(adjoint, into);
  features.forEach((_, f) => {
    const at = (h: number): number => total({ features: features.map((value, g) => (g === f ? value + h : value)) });
    expectDerivative(into.features[f] - 1, at, size);
  });
  for (let k = 0; k < weights.length; k += 7) {
    const at = (h: number): number => total({ weights: weights.map((value, g) => (g === k ? value + h : value)) });
    expectDerivative(into.weights[k] - 1, at, size);
  }
  terms.columns.forEach((_, c) => {
    for (let i = 0; i < terms.numTerms; i++) {
      const at = (h: number): number => total({ terms: { ...terms, columns: moved(terms.columns, c, i, h) } });
      expectDerivative(into.columns[c][i] - 1, at, size);
    }
  });
}

/** The columns with h added to element i of column c. */
export function moved(columns: readonly Float64Array[], c: number, i: number, h: number): Float64Array[] {
  return columns.map((column, d) => column.map((value, j) => (d === c && j === i ? value + h : value)));
}
