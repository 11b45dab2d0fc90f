import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { createAutoregressiveDensity } from "../../src/autoregressive/createAutoregressiveDensity.ts";
import { createBlockedDensity } from "../../src/density/createBlockedDensity.ts";
import { continuousColumns, randomPoint } from "../support/continuousDensity.ts";

const spec = {
  kind: "autoregressive",
  columns: continuousColumns(2),
  numFeatures: 2,
  numConditions: 1,
  isCoupled: true,
  numComponents: 3,
  trunk: { hidden: [8, 8], activation: "silu" },
  branch: { hidden: [8], activation: "silu" },
} as const;
/** Many terms of one row, rows without terms, rows of one term. */
const ROW_OF = Int32Array.of(1, 1, 1, 1, 1, 1, 1, 2, 5, 6, 6, 9);
const NUM_ROWS = 11;
const sizing = createAutoregressiveDensity(spec, 1, 1);
const { weights, terms, features: used } = randomPoint(rngFromSeed(2), sizing, spec, ROW_OF);
const features = Float64Array.from({ length: NUM_ROWS * 2 }, (_, i) => used[i % used.length]);
const adjoint = Float64Array.from(ROW_OF, (_, i) => 1 - 0.3 * i);

function run(limits?: { readonly rows: number; readonly terms: number }) {
  const sizes: (readonly [number, number])[] = [];
  const create = (maxRows: number, maxTerms: number) => {
    sizes.push([maxRows, maxTerms]);
    const density = createAutoregressiveDensity(spec, maxRows, maxTerms);
    density.setWeights(weights);
    return density;
  };
  const blocked = createBlockedDensity(create, { numFeatures: 2, numTerms: ROW_OF.length, rowOfTerm: ROW_OF }, limits);
  const logTerms = new Float64Array(ROW_OF.length);
  const featureGradient = new Float64Array(NUM_ROWS * 2).fill(1);
  const columnGradients = terms.columns.map((column) => column.map(() => 1));
  blocked.setTerms(terms);
  blocked.evaluate(features, logTerms);
  blocked.pullback(adjoint, featureGradient, columnGradients);
  return { blocked, logTerms, featureGradient, columnGradients, sizes };
}

test.each([
  [1, 1],
  [2, 3],
  [100, 5],
  [1, 100],
])("the same numbers in blocks of %i rows and %i terms", (rows, numTerms) => {
  const whole = run();
  const cut = run({ rows, terms: numTerms });
  expect(whole.sizes).toEqual([[9, 12]]);
  expect(cut.sizes[0][0]).toBeLessThanOrEqual(rows);
  expect(cut.sizes[0][1]).toBeLessThanOrEqual(numTerms);
  // A row's values do not depend on the others of a batch, to the bit; sums over a row's terms are cut elsewhere.
  expect(cut.logTerms).toEqual(whole.logTerms);
  expect(cut.columnGradients).toEqual(whole.columnGradients);
  const size = Math.max(...whole.featureGradient.map(Math.abs));
  cut.featureGradient.forEach((value, k) => {
    expect(Math.abs(value - whole.featureGradient[k])).toBeLessThan(1e-5 * size);
  });
});

test("values and gradients in one go are the same to the bit; a single block has no need of it", () => {
  const cut = run({ rows: 2, terms: 3 });
  const logTerms = new Float64Array(ROW_OF.length);
  const featureGradient = new Float64Array(NUM_ROWS * 2).fill(1);
  const columnGradients = terms.columns.map((column) => column.map(() => 1));
  const later = new Float64Array(adjoint.length).fill(Number.NaN);
  const beforePullback = (first: number, end: number): void => later.set(adjoint.subarray(first, end), first);
  cut.blocked.evaluateWithGradient?.(features, later, logTerms, beforePullback, featureGradient, columnGradients);
  expect(logTerms).toEqual(cut.logTerms);
  expect(featureGradient).toEqual(cut.featureGradient);
  expect(columnGradients).toEqual(cut.columnGradients);
  expect(run().blocked.evaluateWithGradient).toBeUndefined();
});

test("no terms are legal", () => {
  const create = (maxRows: number, maxTerms: number) => createAutoregressiveDensity(spec, maxRows, maxTerms);
  const blocked = createBlockedDensity(create, { numFeatures: 2, numTerms: 0, rowOfTerm: new Int32Array(0) });
  const none = new Float64Array(0);
  blocked.setTerms({ numTerms: 0, rowOfTerm: new Int32Array(0), columns: [none, none], conditions: none });
  blocked.evaluate(none, none);
  blocked.pullback(none, none);
});
