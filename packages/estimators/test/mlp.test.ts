import { rngFromSeed } from "@poolish/core";
import type { Activation } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { createMlp, type Mlp, type MlpSpec, numMlpWeights } from "../src/mlp.ts";
import { randomWeights } from "./support/exampleEstimator.ts";
import { type Bounded, mlpTwin } from "./support/mlpTwin.ts";

const ACTIVATIONS: readonly Activation[] = ["tanh", "relu", "gelu", "silu"];
/** No hidden layer, one unit, odd widths beside the blocks of 4 and 8 that the kernels work in, and the default. */
const WIDTHS: readonly (readonly number[])[] = [
  [3, 2],
  [1, 1, 1],
  [5, 9, 3],
  [3, 7, 17, 11],
  [3, 32, 32, 20],
];
const MAX_ROWS = 300;

interface Case {
  readonly mlp: Mlp;
  readonly spec: MlpSpec;
  readonly weights: Float32Array;
  readonly input: Float64Array;
  readonly outputGradient: Float64Array;
}

function makeCase(widths: readonly number[], activation: Activation): Case {
  const rng = rngFromSeed(widths.length * 1000 + ACTIVATIONS.indexOf(activation));
  const spec = { widths, activation };
  const weights = randomWeights(rng, numMlpWeights(spec), 1.5);
  const mlp = createMlp(spec, MAX_ROWS);
  mlp.setWeights(weights);
  const numbers = (count: number) => Float64Array.from(randomWeights(rng, count, 2));
  return {
    mlp,
    spec,
    weights,
    input: numbers(MAX_ROWS * mlp.numInputs),
    outputGradient: numbers(MAX_ROWS * mlp.numOutputs),
  };
}

function fill(to: Float32Array, stride: number, from: Float64Array, width: number, firstRow: number, numRows: number) {
  for (let r = 0; r < numRows; r++) {
    for (let c = 0; c < width; c++) to[r * stride + c] = from[(firstRow + r) * width + c];
  }
}

function read(from: Float32Array, stride: number, width: number, numRows: number): Float64Array {
  return Float64Array.from({ length: numRows * width }, (_, i) => from[Math.floor(i / width) * stride + (i % width)]);
}

/** Output, input gradient and weight gradient of rows [firstRow, firstRow + numRows). */
function run({ mlp, input, outputGradient, weights }: Case, firstRow: number, numRows: number) {
  const fillGradient = () =>
    fill(mlp.outputGradient, mlp.outputStride, outputGradient, mlp.numOutputs, firstRow, numRows);
  fill(mlp.input, mlp.inputStride, input, mlp.numInputs, firstRow, numRows);
  mlp.forward(numRows);
  const output = read(mlp.output, mlp.outputStride, mlp.numOutputs, numRows);
  fillGradient();
  mlp.backwardInput(numRows);
  const inputGradient = read(mlp.inputGradient, mlp.inputStride, mlp.numInputs, numRows);
  fillGradient();
  const weightGradient = new Float32Array(weights.length + 1).fill(7);
  mlp.backwardWeights(numRows, weightGradient);
  return { output, inputGradient, weightGradient };
}

function expectWithin(actual: ArrayLike<number>, { values, error }: Bounded): void {
  const isOff = (value: number, i: number) => !(Math.abs(actual[i] - value) <= error[i]);
  const at = values.findIndex(isOff);
  if (at >= 0) throw new Error(`element ${at}: expected ${values[at]} ± ${error[at]}, got ${actual[at]}`);
}

/** The largest bound beside the largest value: a bound that allows anything would show here. */
function looseness({ values, error }: Bounded): number {
  return Math.max(...error) / Math.max(...values.map(Math.abs));
}

describe.each(ACTIVATIONS)("%s", (activation) => {
  test.each(WIDTHS.map((widths) => ({ widths })))("$widths equals its float64 twin", ({ widths }) => {
    const example = makeCase(widths, activation);
    for (const numRows of [1, 2, 5, 300]) {
      const twin = mlpTwin(
        example.spec,
        example.weights,
        example.input.subarray(0, numRows * example.mlp.numInputs),
        example.outputGradient.subarray(0, numRows * example.mlp.numOutputs),
        numRows,
      );
      const { output, inputGradient, weightGradient } = run(example, 0, numRows);
      expectWithin(output, twin.output);
      expectWithin(inputGradient, twin.inputGradient);
      expectWithin(weightGradient, twin.weightGradient);
      // The gradient's neighbour is left alone.
      expect(weightGradient[example.weights.length]).toBe(7);
      // Weights up to 1.5 through layers of 32 may amplify a rounding a few thousand times.
      expect(looseness(twin.output)).toBeLessThan(1e-3);
      // relu may have a unit within rounding of its kink.
      if (activation !== "relu") expect(looseness(twin.weightGradient)).toBeLessThan(1e-2);
    }
  });

  test("the twin's gradients are derivatives of its output", () => {
    const { spec, weights, input, outputGradient } = makeCase([3, 7, 17, 11], activation);
    const numRows = 3;
    const x = input.slice(0, numRows * 3);
    const dy = outputGradient.slice(0, numRows * 11);
    const flat = Float64Array.from(weights);
    const loss = () =>
      mlpTwin(spec, flat, x, dy, numRows).output.values.reduce((sum, value, i) => sum + value * dy[i], 0);
    const { weightGradient, inputGradient } = mlpTwin(spec, flat, x, dy, numRows);
    const size = Math.max(...weightGradient.values.map(Math.abs));
    const check = (values: Float64Array, at: number, expected: number) => {
      const h = 1e-5;
      const value = values[at];
      values[at] = value + h;
      const above = loss();
      values[at] = value - h;
      const below = loss();
      values[at] = value;
      // Truncation h² |f‴| / 6, rounding 1e-16 · |loss| / h: both below 1e-8 of the size.
      expect(Math.abs((above - below) / (2 * h) - expected)).toBeLessThan(1e-8 * size);
    };
    for (let i = 0; i < flat.length; i += 11) check(flat, i, weightGradient.values[i]);
    for (let i = 0; i < x.length; i++) check(x, i, inputGradient.values[i]);
  });

  test("a row does not depend on the others, to the bit", () => {
    const example = makeCase([3, 7, 17, 11], activation);
    const together = run(example, 0, MAX_ROWS);
    for (const row of [0, 1, 2, 3, 4, 127, 128, 299]) {
      const alone = run(example, row, 1);
      expect(alone.output).toEqual(together.output.subarray(row * 11, (row + 1) * 11));
      expect(alone.inputGradient).toEqual(together.inputGradient.subarray(row * 3, (row + 1) * 3));
    }
  });
});

test("a row of NaN spoils itself alone", () => {
  const example = makeCase([3, 7, 17, 11], "tanh");
  const clean = run(example, 0, 6);
  example.input.fill(Number.NaN, 3, 6);
  const spoiled = run(example, 0, 6);
  expect(spoiled.output.subarray(11, 22).every(Number.isNaN)).toBe(true);
  expect(spoiled.output.subarray(22)).toEqual(clean.output.subarray(22));
  expect(spoiled.output.subarray(0, 11)).toEqual(clean.output.subarray(0, 11));
});

test("no rows are legal: nothing is read, and the weight gradient is zero", () => {
  const example = makeCase([3, 7, 17, 11], "tanh");
  run(example, 0, 5);
  expect(
    run(example, 0, 0)
      .weightGradient.subarray(0, -1)
      .every((value) => value === 0),
  ).toBe(true);
  expect(() => createMlp(example.spec, 0).forward(0)).not.toThrow();
});

test("numMlpWeights counts matrices and biases", () => {
  expect(numMlpWeights({ widths: [3, 32, 32, 20], activation: "tanh" })).toBe(
    3 * 32 + 32 + 32 * 32 + 32 + 32 * 20 + 20,
  );
});
