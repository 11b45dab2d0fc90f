import { createKernels } from "@poolish/kernels";
import { expect, test } from "vitest";
import {
  addFlatGradient,
  createWeightMemory,
  weightMemoryCapacity,
  writeFlatWeights,
} from "../../src/network/weightMemory.ts";

const blocks = [
  { name: "a", shape: [3, 5] },
  { name: "b", shape: [5] },
  { name: "c", shape: [2, 9] },
];
const NUM_WEIGHTS = 15 + 5 + 18;

function example() {
  const kernels = createKernels({ capacity: weightMemoryCapacity(blocks) });
  return createWeightMemory(kernels, blocks);
}

test("flat weights go to their places and padding stays 0", () => {
  const memory = example();
  const flat = Float32Array.from({ length: NUM_WEIGHTS }, (_, i) => i + 1);
  writeFlatWeights(memory, flat);
  const { weights: a } = memory.matrix("a");
  expect(a.values[2 * a.stride + 4]).toBe(15);
  expect([...memory.bias("b").weights.values]).toEqual([16, 17, 18, 19, 20, 0, 0, 0]);
  const { weights: c } = memory.matrix("c");
  expect(c.values[c.stride]).toBe(30);
  expect(memory.weights.values.filter((value) => value !== 0)).toHaveLength(NUM_WEIGHTS);
  expect(Array.from(memory.positions, (position) => memory.weights.values[position])).toEqual([...flat]);
});

test("the flat gradient is ADDED to; an optimiser finds room for three more regions", () => {
  const memory = example();
  memory.matrix("c").gradient.values[1] = 4;
  const flat = new Float32Array(NUM_WEIGHTS).fill(1);
  addFlatGradient(memory, flat);
  expect(flat[21]).toBe(5);
  expect(flat.filter((value) => value !== 1)).toHaveLength(1);
  for (let k = 0; k < 3; k++) expect(() => memory.kernels.allocate(memory.weights.length)).not.toThrow();
  expect(() => memory.matrix("d")).toThrow("no block of weights d");
});
