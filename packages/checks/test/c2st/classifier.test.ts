import { rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { createClassifier } from "../../src/c2st/classifier.ts";
import { labelledRows } from "../../src/c2st/labelledRows.ts";
import { gaussianPair } from "../gaussianPair.ts";

const numColumns = 3;
const width = 10 * numColumns;
const widths = [numColumns, width, width, 1];
/** Rows and columns as `@poolish/kernels` pads them: to multiples of 4 and 8. */
const padded = (n: number, to: number): number => Math.ceil(n / to) * to;
const matrixStarts = [0, 1, 2].map((layer) =>
  [0, 1, 2].slice(0, layer).reduce((sum, k) => sum + padded(widths[k], 4) * padded(widths[k + 1], 8), 0),
);
const numMatrixElements = matrixStarts[2] + padded(width, 4) * 8;
const biasStarts = [0, 1, 2].map((layer) =>
  [0, 1, 2].slice(0, layer).reduce((sum, k) => sum + padded(widths[k + 1], 8), numMatrixElements),
);

/** Where each weight and bias stands in the flat parameters, in the order matrices, biases. */
function places(): { weights: number[]; biases: number[] } {
  const weights = [0, 1, 2].flatMap((k) =>
    Array.from({ length: widths[k] }, (_, i) =>
      Array.from({ length: widths[k + 1] }, (_, j) => matrixStarts[k] + i * padded(widths[k + 1], 8) + j),
    ).flat(),
  );
  const biases = [0, 1, 2].flatMap((k) => Array.from({ length: widths[k + 1] }, (_, j) => biasStarts[k] + j));
  return { weights, biases };
}

/** The slow twin: the loss of scikit-learn's `_backprop`, in float64 loops over the flat parameters. */
function slowLoss(flat: Float64Array, rows: readonly (readonly number[])[], labels: readonly number[]): number {
  let loss = 0;
  for (const [r, row] of rows.entries()) {
    let layerInput = [...row];
    for (let k = 0; k < 3; k++) {
      const stride = padded(widths[k + 1], 8);
      layerInput = Array.from({ length: widths[k + 1] }, (_, j) => {
        const z = layerInput.reduce(
          (sum, value, i) => sum + value * flat[matrixStarts[k] + i * stride + j],
          flat[biasStarts[k] + j],
        );
        return k < 2 ? Math.max(0, z) : z;
      });
    }
    const probability = 1 / (1 + Math.exp(-layerInput[0]));
    loss -= Math.log(labels[r] === 1 ? probability : 1 - probability) / rows.length;
  }
  const squares = places().weights.reduce((sum, place) => sum + flat[place] ** 2, 0);
  return loss + (0.5 * 1e-4 * squares) / rows.length;
}

const data = labelledRows(...gaussianPair(1, 60, numColumns, 1));
const rows = Int32Array.from({ length: 12 }, (_, i) => 9 * i);
const vectors = Array.from(rows, (row) => Array.from(data.values.subarray(row * numColumns, (row + 1) * numColumns)));
const labels = Array.from(rows, (row) => data.labels[row]);

test("weights and biases start within Glorot's bound, and fill it", () => {
  const flat = createClassifier(rngFromSeed(2), data).weights();
  const { weights, biases } = places();
  expect(flat.filter((value) => value !== 0)).toHaveLength(weights.length + biases.length);
  const bound = Math.sqrt(6 / (width + width));
  const middle = Array.from({ length: width * width }, (_, n) => weights[numColumns * width + n]).map((p) => flat[p]);
  expect(Math.max(...middle)).toBeLessThanOrEqual(Math.fround(bound));
  expect(Math.min(...middle)).toBeGreaterThanOrEqual(Math.fround(-bound));
  // The variance of 900 uniforms on ±b is b² / 3 within 4.4 · √(4 / 5 / 900) of itself.
  const variance = middle.reduce((sum, value) => sum + value * value, 0) / middle.length;
  expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(4.42 * Math.sqrt(0.8 / 900));
});

test("the loss is that of the slow twin, penalty included", () => {
  const classifier = createClassifier(rngFromSeed(3), data);
  const expected = slowLoss(Float64Array.from(classifier.weights()), vectors, labels);
  expect(classifier.step(rows, 0, rows.length)).toBeCloseTo(expected, 6);
});

test("two steps are scikit-learn's Adam on the twin's finite differences", () => {
  const classifier = createClassifier(rngFromSeed(3), data);
  const flat = Float64Array.from(classifier.weights());
  const { weights, biases } = places();
  const all = [...weights, ...biases];
  const first = new Float64Array(flat.length);
  const second = new Float64Array(flat.length);
  for (let step = 1; step <= 2; step++) {
    const gradient = new Float64Array(flat.length);
    for (const place of all) {
      const moved = flat.slice();
      moved[place] += 1e-6;
      const up = slowLoss(moved, vectors, labels);
      moved[place] -= 2e-6;
      gradient[place] = (up - slowLoss(moved, vectors, labels)) / 2e-6;
    }
    // sklearn.neural_network._stochastic_optimizers.AdamOptimizer: epsilon beside the uncorrected root.
    const rate = (1e-3 * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
    for (const place of all) {
      first[place] = 0.9 * first[place] + 0.1 * gradient[place];
      second[place] = 0.999 * second[place] + 0.001 * gradient[place] ** 2;
      flat[place] -= (rate * first[place]) / (Math.sqrt(second[place]) + 1e-8);
    }
    classifier.step(rows, 0, rows.length);
  }
  const ours = classifier.weights();
  // Adam's steps are about 1e-3 whatever the gradient, so gradients within rounding of 0 (1e-7 of float32 sums of order 1)
  // may step either way: they are left out, and must be few.
  const clear = all.filter((place) => Math.sqrt(second[place]) > 1e-6);
  expect(clear.length).toBeGreaterThan(0.8 * all.length);
  const worst = Math.max(...clear.map((place) => Math.abs(ours[place] - flat[place])));
  expect(worst).toBeLessThan(2e-5);
});

test("the score counts right sides and averages the log loss, in batches or not", () => {
  const classifier = createClassifier(rngFromSeed(4), data);
  const everyRow = Int32Array.from({ length: data.numRows }, (_, i) => i);
  const { numCorrect, logLoss } = classifier.score(everyRow);
  const single = Array.from(everyRow, (row) => classifier.score(Int32Array.of(row)));
  expect(numCorrect).toBe(single.reduce((sum, each) => sum + each.numCorrect, 0));
  expect(logLoss).toBeCloseTo(single.reduce((sum, each) => sum + each.logLoss, 0) / data.numRows, 10);
  for (const each of single) expect(each.logLoss < Math.log(2)).toBe(each.numCorrect === 1);
});

test("weights go back to a copy", () => {
  const classifier = createClassifier(rngFromSeed(5), data);
  const before = classifier.weights();
  classifier.step(rows, 0, rows.length);
  expect(classifier.weights()).not.toEqual(before);
  classifier.setWeights(before);
  expect(classifier.weights()).toEqual(before);
});
