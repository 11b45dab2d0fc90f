import type { ColumnSpec } from "@poolish/core";
import { expectRefusal } from "@poolish/testkit";
import { expect, test } from "vitest";
import { fitObservationInputs, writeObservationInputs } from "../../src/embedding/observationInput.ts";

/** The inputs of `values` after they were fitted to them, one array for each input. */
function inputsOf(spec: ColumnSpec, values: readonly number[]): number[][] {
  const given = Float64Array.from(values);
  const inputs = fitObservationInputs(spec, 0, given);
  const out = new Float64Array(values.length * inputs.length);
  writeObservationInputs(inputs, given, 1, values.length, out);
  return inputs.map((_, k) => values.map((__, r) => out[r * inputs.length + k]));
}

const SPREAD = [-2, -1, -0.5, 0.5, 1, 2];

test("a number is standardised", () => {
  const [z] = inputsOf(
    { name: "x", kind: "continuous" },
    SPREAD.map((value) => 10 + 3 * value),
  );
  const variance = SPREAD.reduce((sum, value) => sum + (value * value) / SPREAD.length, 0);
  z.forEach((value, i) => {
    expect(value).toBeCloseTo(SPREAD[i] / Math.sqrt(variance), 12);
  });
});

test("a bounded number is carried to the line first", () => {
  const positive: ColumnSpec = { name: "x", kind: "continuous", bounds: { lower: 0 } };
  const share: ColumnSpec = { name: "x", kind: "continuous", bounds: { lower: 0, upper: 1 } };
  const [plain] = inputsOf({ name: "x", kind: "continuous" }, SPREAD);
  const [log] = inputsOf(positive, SPREAD.map(Math.exp));
  const [logit] = inputsOf(
    share,
    SPREAD.map((value) => 1 / (1 + Math.exp(-value))),
  );
  plain.forEach((value, i) => {
    expect(log[i]).toBeCloseTo(value, 10);
    expect(logit[i]).toBeCloseTo(value, 10);
  });
  expectRefusal(() => inputsOf(positive, [1, -1, 2]), { kind: "input", field: "x", row: 1 });
});

test("rare values of heavy tails do not drown the others", () => {
  const heavy = [...Array.from({ length: 99 }, (_, i) => (i - 49) / 20), 1e6];
  const [z] = inputsOf({ name: "x", kind: "continuous" }, heavy);
  expect(Math.max(...z)).toBeLessThan(20);
  expect(z[98] - z[0]).toBeGreaterThan(2);
  expect(z.every((value, i) => i === 0 || value > z[i - 1])).toBe(true);
});

test("a bound that a parameter sets is open here; a constant number is 0", () => {
  const bounded: ColumnSpec = { name: "rt", kind: "continuous", bounds: { lower: "shift" } };
  expect(inputsOf(bounded, SPREAD)).toEqual(inputsOf({ name: "rt", kind: "continuous" }, SPREAD));
  expect(inputsOf({ name: "x", kind: "continuous" }, [4, 4])).toEqual([[0, 0]]);
});

test("a count is its standardised root, a category has an indicator for each value but the first", () => {
  const [roots] = inputsOf({ name: "n", kind: "count" }, [0, 3, 8]);
  const raw = [0.5, 3.5, 8.5].map(Math.sqrt);
  expect((roots[2] - roots[1]) / (roots[1] - roots[0])).toBeCloseTo((raw[2] - raw[1]) / (raw[1] - raw[0]), 12);
  expect(inputsOf({ name: "c", kind: "category" }, [7, 2, 5, 2])).toEqual([
    [0, 0, 1, 0],
    [1, 0, 0, 0],
  ]);
});

test.each(["continuous", "count"] as const)("a constant %s has no spread, whatever sums leave of it", (kind) => {
  const inputs = fitObservationInputs({ name: "x", kind }, 0, new Float64Array(1000).fill(7));
  const out = new Float64Array(2);
  writeObservationInputs(inputs, [7, 8], 1, 2, out);
  expect(out[0]).toBe(0);
  expect(out[1]).toBeLessThanOrEqual(1);
});
