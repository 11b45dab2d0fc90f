import { rngFromSeed } from "@poolish/core";
import { chiSquare } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { chooseIndex, createCategoryHead } from "../../src/autoregressive/categoryHead.ts";
import { headContext, outputGradients } from "../support/headContext.ts";

const OUTPUTS = [
  [0.5, -1, 2],
  [-3, 0.1, 0.2],
];
const softmax = (row: readonly number[]) => {
  const total = row.reduce((sum, value) => sum + Math.exp(value), 0);
  return row.map((value) => Math.exp(value) / total);
};

describe.each([
  ["an item a term", undefined, [2, 0]],
  ["terms that share rows", [0, 0, 1], [2, 1, 0]],
] as const)("category head, %s", (_, rowOfTerm, codes) => {
  const itemOf = (i: number) => rowOfTerm?.[i] ?? i;

  test("adds the log of the softmax; the gradient is indicator − probability", () => {
    const context = headContext(OUTPUTS, rowOfTerm);
    const head = createCategoryHead(context);
    const logTerms = new Float64Array(codes.length).fill(1);
    head.evaluate(Float64Array.from(codes), logTerms);
    codes.forEach((code, i) => {
      expect(Math.abs(logTerms[i] - 1 - Math.log(softmax(OUTPUTS[itemOf(i)])[code]))).toBeLessThan(1e-6);
    });
    const adjoint = Float64Array.from(codes, (_code, i) => 1.5 - 2 * i);
    head.pullback(Float64Array.from(codes), adjoint);
    const expected = OUTPUTS.map((row) => row.map(() => 0));
    codes.forEach((code, i) => {
      softmax(OUTPUTS[itemOf(i)]).forEach((p, k) => {
        expected[itemOf(i)][k] += adjoint[i] * ((k === code ? 1 : 0) - p);
      });
    });
    outputGradients(context).forEach((row, item) => {
      row.forEach((value, k) => {
        expect(Math.abs(value - expected[item][k])).toBeLessThan(2e-6);
      });
    });
  });
});

test("draws follow the probabilities", () => {
  const count = 4000;
  const head = createCategoryHead(headContext([OUTPUTS[0]], new Array<number>(count).fill(0)));
  const codes = new Float64Array(count);
  head.sample(rngFromSeed(5), codes);
  expect(chiSquare(codes, (k) => softmax(OUTPUTS[0])[k] ?? 0)).toBeLessThan(1);
});

test("the last index takes what rounding leaves", () => {
  const rng = rngFromSeed(1);
  expect(chooseIndex(rng, Float64Array.of(0, 0, 0), 3)).toBe(2);
  expect(chooseIndex(rng, Float64Array.of(1, 0), 2)).toBe(0);
});
