import fc from "fast-check";
import { expect, test } from "vitest";
import { factorize } from "../src/index.ts";
import { expectError } from "./expectError.ts";

test("numbers are ordered as numbers", () => {
  expect(factorize(Float64Array.of(10, 9, 10, -1))).toEqual({
    codes: Int32Array.of(2, 1, 2, 0),
    levels: ["-1", "9", "10"],
  });
  expect(factorize(["10", "9"]).levels).toEqual(["9", "10"]);
});

test("text is ordered by code units, also when some labels are numbers", () => {
  expect(factorize(["b", "10", "B", "9", "é"]).levels).toEqual(["10", "9", "B", "b", "é"]);
});

test("fixed levels keep their places, with and without rows", () => {
  expect(factorize(["b", "a", "b"], ["c", "b", "a"])).toEqual({
    codes: Int32Array.of(1, 2, 1),
    levels: ["c", "b", "a"],
  });
});

test("unknown, missing and repeated labels are refused with field and row", async () => {
  const unknown = await expectError(() => factorize(["a", "z"], ["a"], "site"), "input", /unknown level "z"/);
  expect([unknown.field, unknown.row]).toEqual(["site", 1]);
  expect((await expectError(() => factorize(["a", ""]), "input", /missing/)).row).toBe(1);
  expect((await expectError(() => factorize([1, Number.NaN]), "input", /missing/)).row).toBe(1);
  await expectError(() => factorize(["a"], ["a", "a"]), "input", /repeat/);
});

test("law: levels decode the column and are distinct", () => {
  const label = fc.string({ minLength: 1 }).filter((text) => text !== "NaN");
  fc.assert(
    fc.property(fc.array(label), (labels) => {
      const { codes, levels } = factorize(labels);
      expect(Array.from(codes, (code) => levels[code])).toEqual(labels);
      expect(new Set(levels).size).toBe(levels.length);
    }),
    { seed: 1 },
  );
});
