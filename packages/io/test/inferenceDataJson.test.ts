import type { LabelledArray, LabelledGroup } from "@poolish/core";
import { expect, test } from "vitest";
import { inferenceDataFromJson, inferenceDataToJson } from "../src/index.ts";
import { exampleInferenceData } from "./exampleInferenceData.ts";
import { expectError } from "./expectError.ts";

const data = exampleInferenceData();

/** What JSON leaves of a group: NaN for all that is not finite, 0 for -0. */
function asInJson(group: LabelledGroup): LabelledGroup {
  const entries = Object.entries(group).map(([name, array]): [string, LabelledArray] => {
    const values = array.values.map((value) => (Number.isFinite(value) ? value + 0 : Number.NaN));
    return [name, { ...array, values }];
  });
  return Object.fromEntries(entries);
}

test("results come back, with NaN for whatever is not finite", () => {
  const { coords, attrs, ...groups } = data;
  const left = Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, asInJson(group)]));
  expect(inferenceDataFromJson(inferenceDataToJson(data))).toEqual({ ...left, coords, attrs });
});

test("the document has ArviZ's form", () => {
  const document = JSON.parse(inferenceDataToJson(data));
  expect(document.dims).toEqual({
    mu: [],
    rate: ["location"],
    "µ [log]": [],
    lp: [],
    diverging: [],
    tree_depth: [],
    chips: ["cookie"],
    year: ["time"],
    total: [],
  });
  expect(document.groups.posterior.rate[0][0]).toEqual([null, null]);
  expect(document.groups.observed_data.chips).toEqual([0, 1, 2, 3]);
  expect(document.groups.constant_data.total).toBe(125);
});

test("lengths below an empty axis come from coords", () => {
  const rate = { dims: ["chain", "draw", "location"], shape: [2, 0, 2], values: new Float64Array(0) };
  const empty = { posterior: { rate }, sample_stats: {}, coords: { location: ["a", "b"] }, attrs: {} };
  expect(inferenceDataFromJson(inferenceDataToJson(empty))).toEqual(empty);
});

test("a variable with other dimensions in another group is refused", async () => {
  const observed_data = { mu: { dims: ["time"], shape: [3], values: new Float64Array(3) } };
  const error = await expectError(() => inferenceDataToJson({ ...data, observed_data }), "input", /differ/);
  expect(error.field).toBe("observed_data.mu");
});

test.each([
  ["{", "fit.json", /not JSON/],
  ["[]", "groups", /expected an object of groups/],
  ['{"groups":{}}', "groups.posterior", /no such group/],
  ['{"groups":{"posterior":[]}}', "groups.posterior", /expected an object of variables/],
  ['{"attrs":{"a":[]},"groups":{"posterior":{}}}', "attrs", /texts and numbers/],
  ['{"coords":{"a":3},"groups":{"posterior":{}}}', "coords", /lists/],
  ['{"dims":{"mu":[1]},"groups":{"posterior":{}}}', "dims", /dimension names/],
  ['{"groups":{"posterior":{"mu":[[1,2],[3]]}}}', "posterior.mu", /array of length 2 along draw/],
  ['{"groups":{"posterior":{"mu":[[1,"x"]]}}}', "posterior.mu", /number or null/],
  ['{"groups":{"posterior":{"mu":3}}}', "posterior.mu", /array of length 0 along chain/],
])("%s is refused", async (text, field, pattern) => {
  expect((await expectError(() => inferenceDataFromJson(text, "fit.json"), "file", pattern)).field).toBe(field);
});
