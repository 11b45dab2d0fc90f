import { expect, test } from "vitest";
import { joinSimulations, type Simulations } from "../src/index.ts";

const simulations = (box: readonly [number, number], x: number[]): Simulations => ({
  simulator: "s",
  seed: 1,
  parameters: [{ name: "a", support: { kind: "interval", lower: 0, upper: Infinity }, box }],
  columns: [{ name: "x", kind: "continuous" }],
  conditions: [],
  count: x.length,
  theta: Float64Array.from(x, (value) => 2 * value),
  x: Float64Array.from(x),
  conditionValues: new Float64Array(0),
});

test("puts one after the other, in the smallest box that holds both", () => {
  const joined = joinSimulations(simulations([1, 4], [1, 2]), simulations([0.5, 3], [3]));
  expect(joined).toEqual({ ...simulations([0.5, 4], [1, 2, 3]) });
});

test("refuses those of another simulator", () => {
  const other = { ...simulations([0, 1], [1]), columns: [{ name: "y", kind: "continuous" } as const] };
  expect(() => joinSimulations(simulations([0, 1], [1]), other)).toThrow(
    expect.objectContaining({ name: "PoolishError", field: "columns" }),
  );
});
