import { caughtError } from "@poolish/testkit";
import { expect, test } from "vitest";
import type { ContinuousColumn } from "../src/columns/continuousColumn.ts";
import { readColumn, readCondition, requireColumn } from "../src/readColumns.ts";

const spec = { name: "rt", kind: "continuous" } as const;
const encoded: ContinuousColumn = {
  kind: "continuous",
  transform: "logit",
  lower: 0,
  upper: 2,
  edge: 0.1,
  mean: 0,
  standardDeviation: 1,
};

test("a column that is missing or has another length is a typed error", async () => {
  const missing = await caughtError(() => requireColumn({ time: [1] }, "rt", 1));
  expect(missing).toMatchObject({ kind: "input", field: "rt" });
  expect(missing.remedy).toContain("time");
  expect((await caughtError(() => requireColumn({}, "toString", 1))).field).toBe("toString");
  const short = await caughtError(() => requireColumn({ rt: [1] }, "rt", 2));
  expect(short.message).toContain("1 entries for 2 trials");
  expect(requireColumn({ rt: [1, 2] }, "rt", 2)).toEqual([1, 2]);
});

test.each([Number.NaN, Infinity, 0, 2, -1])("%s is not within the declared bounds", async (value) => {
  const error = await caughtError(() => readColumn(spec, encoded, [1, value]));
  expect(error).toMatchObject({ kind: "input", field: "rt", row: 1 });
});

test("a bound that a parameter sets is the density's business", async () => {
  const moving: ContinuousColumn = { ...encoded, lower: { parameter: 0 } };
  expect([...readColumn(spec, moving, [-5, 1])]).toEqual([-5, 1]);
  expect((await caughtError(() => readColumn(spec, moving, [3]))).row).toBe(0);
});

test("counts are counts, categories become codes, conditions are finite", async () => {
  const counts = { kind: "count", scale: { mean: 1, standardDeviation: 1 }, largestCount: 3 } as const;
  expect([...readColumn({ name: "n", kind: "count" }, counts, [0, 7])]).toEqual([0, 7]);
  expect((await caughtError(() => readColumn({ name: "n", kind: "count" }, counts, [0.5]))).field).toBe("n");
  const categories = { kind: "category", values: [-1, 1] } as const;
  expect([...readColumn({ name: "choice", kind: "category" }, categories, [1, -1])]).toEqual([1, 0]);
  const scale = { mean: 0, standardDeviation: 1 };
  expect([...readCondition(spec, scale, [-1e300, 4])]).toEqual([-1e300, 4]);
  expect((await caughtError(() => readCondition(spec, scale, [1, Number.NaN]))).row).toBe(1);
  expect([...readCondition({ name: "kind", kind: "category" }, { values: [-1, 1, 5] }, [5, -1])]).toEqual([2, 0]);
});
