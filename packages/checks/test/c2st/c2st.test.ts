import { type C2stMode, c2st, c2stNull, type Samples } from "@poolish/checks";
import { standardNormalCdf } from "@poolish/math";
import { allowedStandardErrors, expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { gaussianPair } from "../gaussianPair.ts";

const MODES: readonly C2stMode[] = ["exact", "fast"];

describe.each(MODES)("mode %s", (mode) => {
  // Unstratified folds and overfitting shift mode exact by about one standard error down and widen it by about √2 (see
  // c2stNull), hence two standard errors of the formula for one.
  test.each([1, 2, 3])("is 1/2 on equal distributions within the null's standard error, pair %d", async (seed) => {
    const { mean, standardError } = c2stNull(1000, 1000);
    const { accuracy } = await c2st(...gaussianPair(seed, 1000, 2, 0), { mode });
    const widened = (mode === "exact" ? 2 : 1) * standardError;
    expectMeanWithin({ estimate: accuracy, standardError: widened, expected: mean, numComparisons: 6 });
  });

  // The best classifier of two Gaussians d apart is right with probability Φ(d / 2): no other may beat it by more than
  // noise, and a trained one comes near. Its shortfall at 2000 rows is below 0.02 (about 500 parameters, 3200 rows).
  test.each([0.5, 1, 2, 4])("comes near the Bayes accuracy of Gaussians %d apart", async (distance) => {
    const { accuracy } = await c2st(...gaussianPair(4, 2000, 2, distance), { mode });
    const best = standardNormalCdf(distance / 2);
    const noise = allowedStandardErrors(8) * Math.sqrt((best * (1 - best)) / 4000);
    expect(accuracy).toBeLessThan(best + noise);
    expect(accuracy).toBeGreaterThan(best - 0.02 - noise);
  });

  test("rises with the distance, to 1 for sets that do not overlap", async () => {
    const accuracies: number[] = [];
    for (const distance of [0, 0.6, 1.2, 2.4, 20]) {
      accuracies.push((await c2st(...gaussianPair(5, 300, 2, distance), { mode })).accuracy);
    }
    expect(accuracies).toEqual([...accuracies].sort((a, b) => a - b));
    expect(accuracies[4]).toBe(1);
  });

  test("repeats itself for one seed and not for another", async () => {
    const pair = gaussianPair(6, 300, 2, 0.5);
    const first = await c2st(...pair, { mode, seed: 3 });
    expect(await c2st(...pair, { mode, seed: 3 })).toEqual(first);
    expect(await c2st(...pair, { mode, seed: 4 })).not.toEqual(first);
  });
});

test("sees a difference in shape that leaves mean and variance alone", async () => {
  const [x, y] = gaussianPair(7, 2000, 1, 0);
  // Sign(z) with the mean and variance of z: two atoms with a little width.
  const atoms = { values: Float64Array.from(y.values, (z) => 0.99 * Math.sign(z) + 0.1 * z), numColumns: 1 };
  expect((await c2st(x, atoms)).accuracy).toBeGreaterThan(0.8);
});

test("the reference sets the scale: a common affine map changes nothing but rounding", async () => {
  const [x, y] = gaussianPair(8, 300, 2, 0.7);
  const map = ({ values, numColumns }: Samples): Samples => ({
    values: Float64Array.from(values, (value) => 1000 + 256 * value),
    numColumns,
  });
  const plain = await c2st(x, y);
  const { accuracy } = await c2st(map(x), map(y));
  // Float32 inputs agree to 1e-7; a training run may turn a handful of borderline rows of 600.
  expect(Math.abs(accuracy - plain.accuracy)).toBeLessThan(0.02);
});

test("reports folds, epochs and progress", async () => {
  const reports: number[] = [];
  const onProgress = ({ done }: { done: number }): number => reports.push(done);
  const { accuracy, foldAccuracies, foldEpochs } = await c2st(...gaussianPair(9, 203, 2, 1), { onProgress });
  expect(foldAccuracies).toHaveLength(5);
  expect(accuracy).toBeCloseTo(foldAccuracies.reduce((sum, each) => sum + each, 0) / 5, 15);
  // More than 10 epochs without improvement end a fold: 12 at the least.
  expect(Math.min(...foldEpochs)).toBeGreaterThanOrEqual(12);
  expect(reports.at(-1)).toBe(5);
});

test("stops when it is told to", async () => {
  const controller = new AbortController();
  const running = c2st(...gaussianPair(10, 2000, 5, 0), { signal: controller.signal });
  controller.abort();
  await expect(running).rejects.toMatchObject({ kind: "cancelled" });
});

describe("refuses", () => {
  const [x, y] = gaussianPair(11, 50, 2, 0);
  const withValue = (value: number): Samples => ({
    values: Float64Array.from(x.values).with(61, value),
    numColumns: 2,
  });

  test("sets of different width", async () => {
    const [, three] = gaussianPair(11, 50, 3, 0);
    await expect(c2st(x, three)).rejects.toThrow("x has 2 columns, y has 3");
  });

  test.each([NaN, Infinity])("%d, with its row", async (value) => {
    await expect(c2st(withValue(value), y)).rejects.toMatchObject({ kind: "input", field: "x", row: 30 });
    await expect(c2st(y, withValue(value))).rejects.toMatchObject({ field: "y", row: 30 });
  });

  test("too few rows, ragged rows, constant columns and a bad seed", async () => {
    const [few] = gaussianPair(11, 19, 2, 0);
    await expect(c2st(few, y)).rejects.toThrow("19 rows are too few");
    await expect(c2st({ values: x.values, numColumns: 3 }, y)).rejects.toMatchObject({ field: "x" });
    const constant = { values: new Float64Array(100).fill(0.1), numColumns: 2 };
    await expect(c2st(constant, y)).rejects.toThrow("column 0 is constant");
    await expect(c2st(x, y, { seed: -1 })).rejects.toMatchObject({ field: "seed" });
  });
});
