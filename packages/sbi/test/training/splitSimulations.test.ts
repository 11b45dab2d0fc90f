import { expect, test } from "vitest";
import { splitSimulations } from "../../src/training/splitSimulations.ts";

const from = (numSimulations: number, numDropped: number) =>
  ({ spec: { provenance: { numSimulations, numDropped } } }) as Parameters<typeof splitSimulations>[3];
const sorted = (...parts: Int32Array[]): number[] => parts.flatMap((part) => [...part]).sort((a, b) => a - b);

test.each([
  ["nothing", undefined, 0, 100],
  ["an estimator that saw the first ones", from(650, 50), 600, 100],
  ["one that saw nearly all: half of the new ones", from(900, 0), 900, 50],
  ["one that saw all but one", from(999, 0), 999, 1],
  ["one that saw none of these", from(1000, 0), 0, 100],
])("after %s, holds out simulations that are new", (_, estimator, first, numHeldOut) => {
  const { training, validation } = splitSimulations(1, 1000, 0.1, estimator);
  expect(validation).toHaveLength(numHeldOut);
  expect(Math.min(...validation)).toBeGreaterThanOrEqual(first);
  expect(sorted(training, validation)).toEqual(Array.from({ length: 1000 }, (_value, i) => i));
});
