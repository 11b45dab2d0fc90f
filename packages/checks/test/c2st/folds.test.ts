import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { kFolds, stratifiedFolds } from "../../src/c2st/folds.ts";

test("every row is held out once, and trains in the other folds", () => {
  const folds = kFolds(rngFromSeed(1), 23, 5);
  expect(folds.map(({ heldOut }) => heldOut.length)).toEqual([5, 5, 5, 4, 4]);
  const all = Array.from({ length: 23 }, (_, i) => i);
  expect(folds.flatMap(({ heldOut }) => Array.from(heldOut)).sort((a, b) => a - b)).toEqual(all);
  for (const { training, heldOut } of folds) {
    expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(all);
  }
});

test("stratified folds hold the labels in their shares", () => {
  const labels = Uint8Array.from({ length: 30 }, (_, i) => (i < 10 ? 1 : 0));
  const folds = stratifiedFolds(rngFromSeed(2), labels, 5);
  const all = Array.from(labels.keys());
  expect(folds.flatMap(({ heldOut }) => Array.from(heldOut)).sort((a, b) => a - b)).toEqual(all);
  for (const { training, heldOut } of folds) {
    expect(heldOut.filter((row) => labels[row] === 1)).toHaveLength(2);
    expect(heldOut).toHaveLength(6);
    expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(all);
  }
});
