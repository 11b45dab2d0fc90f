import { rngFromSeed } from "@poolish/core";
import { createKernels } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { createSplitInputs, splitInputsCapacity } from "../../src/network/splitInputs.ts";
import { createSplitNetwork, splitNetworkCapacity } from "../../src/network/splitNetwork.ts";
import { splitNetworkBlocks } from "../../src/network/splitNetworkSpec.ts";
import {
  addFlatGradient,
  createWeightMemory,
  weightMemoryCapacity,
  writeFlatWeights,
} from "../../src/network/weightMemory.ts";
import { randomWeights } from "../support/exampleEstimator.ts";
import { splitNetworkTwin } from "../support/splitNetworkTwin.ts";

const ROW_OF = [0, 0, 1, 2, 2, 2];
const NUM_ROWS = 3;
const base = { numRowInputs: 3, numTermInputs: 2, numOutputs: 4, hasSkip: true } as const;
const cases = [
  ["terms, residual, skip", { ...base, hidden: [6, 6, 6], activation: "silu" }],
  ["rows, residual, skip", { ...base, numTermInputs: 0, hidden: [6, 6], activation: "silu" }],
  ["terms, no residual", { ...base, hasSkip: false, hidden: [9, 5], activation: "tanh" }],
  ["terms, residual behind another width, tanh", { ...base, hidden: [9, 5, 5], activation: "tanh" }],
  ["rows, one layer, relu", { ...base, numTermInputs: 0, hidden: [7], activation: "relu" }],
  ["terms, no hidden layer", { ...base, hidden: [], activation: "relu" }],
] as const;

function example(spec: (typeof cases)[number][1]) {
  const blocks = splitNetworkBlocks(spec, "net");
  // Wider term inputs than the network reads: the others belong to later networks.
  const width = spec.numTermInputs + 2;
  const kernels = createKernels({
    capacity:
      weightMemoryCapacity(blocks) +
      splitInputsCapacity(3, width, NUM_ROWS, 6) +
      splitNetworkCapacity(spec, NUM_ROWS, 6),
  });
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, 3, width, NUM_ROWS, 6);
  const network = createSplitNetwork(kernels, spec, memory, "net", inputs);
  const rng = rngFromSeed(4);
  const weights = randomWeights(rng, memory.positions.length, 0.9);
  inputs.rowOf.values.set(ROW_OF);
  Object.assign(inputs.size, { numRows: NUM_ROWS, numTerms: ROW_OF.length });
  const numItems = network.isPerTerm ? ROW_OF.length : NUM_ROWS;
  const random = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => 3 * rng.uniform() - 1.5));
  return {
    memory,
    inputs,
    network,
    weights,
    numItems,
    rows: random(3, 3),
    terms: random(6, 2),
    dy: random(numItems, 4),
  };
}

type Example = ReturnType<typeof example>;

function write(to: { readonly values: Float32Array; readonly stride: number }, rows: readonly number[][]): void {
  for (const [i, numbers] of rows.entries()) to.values.set(numbers, i * to.stride);
}

function run({ memory, inputs, network, weights, rows, terms }: Example): void {
  write(inputs.rows, rows);
  write(inputs.terms, terms);
  writeFlatWeights(memory, weights);
  network.refresh();
  network.run();
}

/** Σ dy · outputs of the float64 twin. */
function twinLoss(
  spec: (typeof cases)[number][1],
  at: Pick<Example, "rows" | "terms" | "dy">,
  flat: ArrayLike<number>,
) {
  return at.dy.reduce((sum, dy, i) => {
    const row = spec.numTermInputs > 0 ? ROW_OF[i] : i;
    const term = at.terms[i].slice(0, spec.numTermInputs);
    const y = splitNetworkTwin(spec, flat, at.rows[row], term);
    return sum + y.reduce((part, value, j) => part + value * dy[j], 0);
  }, 0);
}

/** Float32 rounding through four layers of sums of ten: some 50 roundings of 6e-8 of values up to 20. */
const TOLERANCE = 6e-5;
const slopeOf = (f: (h: number) => number): number => (f(1e-5) - f(-1e-5)) / 2e-5;

describe.each(cases)("split network: %s", (_, spec) => {
  test("outputs are those of the float64 twin", () => {
    const at = example(spec);
    run(at);
    for (let i = 0; i < at.numItems; i++) {
      const row = spec.numTermInputs > 0 ? ROW_OF[i] : i;
      const expected = splitNetworkTwin(spec, at.weights, at.rows[row], at.terms[i].slice(0, spec.numTermInputs));
      expected.forEach((value, j) => {
        const actual = at.network.outputs.values[i * at.network.outputs.stride + j];
        expect(Math.abs(actual - value)).toBeLessThan(TOLERANCE * (1 + Math.abs(value)));
      });
    }
  });

  test("gradients are derivatives of the twin; those of inputs are ADDED", () => {
    const at = example(spec);
    const { network, inputs, memory, weights } = at;
    run(at);
    write(network.outputGradient, at.dy);
    inputs.rowGradient.values[0] = 100;
    network.backward({ weights: true, rowInputs: true, termInputs: true });
    const close = (actual: number, f: (h: number) => number) => {
      const expected = slopeOf(f);
      expect(Math.abs(actual - expected)).toBeLessThan(TOLERANCE * (1 + Math.abs(expected)));
    };
    const flat = Float64Array.from(weights);
    const gradient = new Float32Array(weights.length);
    addFlatGradient(memory, gradient);
    flat.forEach((value, k) => {
      close(gradient[k], (h) => twinLoss(spec, at, flat.with(k, value + h)));
    });
    const moved = (matrix: readonly number[][], i: number, j: number, h: number) =>
      matrix.map((numbers, r) => (r === i ? numbers.with(j, numbers[j] + h) : numbers));
    for (let i = 0; i < NUM_ROWS; i++) {
      for (let j = 0; j < spec.numRowInputs; j++) {
        const offset = i + j === 0 ? 100 : 0;
        const actual = inputs.rowGradient.values[i * inputs.rowGradient.stride + j] - offset;
        close(actual, (h) => twinLoss(spec, { ...at, rows: moved(at.rows, i, j, h) }, weights));
      }
    }
    for (let i = 0; i < at.numItems; i++) {
      for (let j = 0; j < spec.numTermInputs; j++) {
        const actual = inputs.termGradient.values[i * inputs.termGradient.stride + j];
        close(actual, (h) => twinLoss(spec, { ...at, terms: moved(at.terms, i, j, h) }, weights));
      }
    }
  });
});
