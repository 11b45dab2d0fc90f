import type { InferenceData } from "@poolish/core";
import { expect, test } from "vitest";
import { inferenceDataFromNetcdf, inferenceDataToNetcdf } from "../src/index.ts";
import { exampleInferenceData } from "./exampleInferenceData.ts";
import { expectError } from "./expectError.ts";

const data = exampleInferenceData();

test("results come back to the bit", async () => {
  expect(await inferenceDataFromNetcdf(await inferenceDataToNetcdf(data))).toEqual(data);
});

test("calls may overlap", async () => {
  const shifted = { ...data, attrs: { seed: 2 } };
  const files = await Promise.all([inferenceDataToNetcdf(data), inferenceDataToNetcdf(shifted)]);
  expect(await Promise.all(files.map((bytes) => inferenceDataFromNetcdf(bytes)))).toEqual([data, shifted]);
});

test("arrays beyond one chunk, empty axes and empty groups", async () => {
  const numDraws = 150_000;
  const values = Float64Array.from({ length: 2 * numDraws }, (_, i) => i);
  const large: InferenceData = {
    posterior: {
      mu: { dims: ["chain", "draw"], shape: [2, numDraws], values },
      none: { dims: ["chain", "draw", "nowhere"], shape: [2, numDraws, 0], values: new Float64Array(0) },
    },
    sample_stats: {},
    coords: {},
    attrs: {},
  };
  expect(await inferenceDataFromNetcdf(await inferenceDataToNetcdf(large))).toEqual(large);
});

test("groups may have different numbers of draws; default labels are left out", async () => {
  const thinned: InferenceData = {
    ...data,
    posterior_predictive: { chips: { dims: ["chain", "draw"], shape: [2, 1], values: Float64Array.of(1, 2) } },
    coords: { ...data.coords, chain: [0, 1] },
  };
  const back = await inferenceDataFromNetcdf(await inferenceDataToNetcdf(thinned));
  expect(back).toEqual({ ...thinned, coords: data.coords });
});

test("truncated and foreign bytes are file errors", async () => {
  const bytes = await inferenceDataToNetcdf(data);
  for (const length of [0, 7, 8, 100, bytes.length >> 1, bytes.length - 1]) {
    await expectError(
      () => inferenceDataFromNetcdf(bytes.subarray(0, length), "fit.nc"),
      "file",
      /^fit\.nc: .*copy or write/,
    );
  }
  await expectError(() => inferenceDataFromNetcdf(new TextEncoder().encode("{}")), "file", /netCDF/);
});

const draws = { dims: ["chain", "draw"], shape: [1, 2], values: Float64Array.of(0.5, 1) };

test.each([
  ["posterior.mu", { posterior: { mu: { ...draws, shape: [1, 3] } } }, /2 values do not fill shape \[1,3\]/],
  ["posterior.mu", { posterior: { mu: { ...draws, dims: ["chain"] } } }, /dims \[chain\] do not name each axis/],
  ["posterior.mu", { posterior: { mu: { ...draws, dims: ["draw", "chain"] } } }, /do not begin with chain, draw/],
  ["posterior.a/b", { posterior: { "a/b": draws } }, /not allowed in netCDF/],
  ["posterior.chain", { posterior: { chain: draws } }, /called like a dimension/],
  ["sample_stats.b", { sample_stats: { a: draws, b: { ...draws, shape: [2, 1] } } }, /chain has size 2 here and 1/],
  ["posterior.mu", { posterior: { mu: draws }, coords: { draw: [1, 2, 3] } }, /coords\.draw has 3 labels/],
  ["coords.draw", { posterior: { mu: draws }, coords: { draw: [1, "b"] } }, /partly text/],
  ["sample_stats.diverging", { sample_stats: { diverging: draws } }, /expected 0 or 1, got 0\.5/],
  ["sample_stats.n_steps", { sample_stats: { n_steps: draws } }, /expected an integer, got 0\.5/],
])("%s is refused", async (field, part, pattern) => {
  const wrong: InferenceData = { posterior: {}, sample_stats: {}, coords: {}, attrs: {}, ...part };
  expect((await expectError(() => inferenceDataToNetcdf(wrong), "input", pattern)).field).toBe(field);
});
