import type { File, Group } from "h5wasm";
import { expect, test } from "vitest";
import { writeHdf5 } from "../src/hdf5.ts";
import { inferenceDataFromNetcdf } from "../src/index.ts";
import { expectError } from "./expectError.ts";

/** A posterior as other libraries write it: float32 values, a dimension without labels, attributes as arrays of one. */
function writePosterior(file: File): Group {
  const group = file.create_group("posterior");
  group.create_attribute("seed", Float64Array.of(7), [1], "<d");
  group.create_attribute("_NCProperties", "version=2");
  group.create_attribute("list", Float64Array.of(1, 2), [2], "<d");
  group.create_dataset({ name: "chain", data: BigInt64Array.of(0n), shape: [1], dtype: "<q" }).make_scale("chain");
  const bare = "This is a netCDF dimension but not a netCDF variable         2";
  group.create_dataset({ name: "draw", data: Float32Array.of(0, 0), shape: [2], dtype: "<f" }).make_scale(bare);
  const mu = group.create_dataset({ name: "mu", data: Float32Array.of(1.5, -2), shape: [1, 2], dtype: "<f" });
  mu.attach_scale(0, "/posterior/chain");
  mu.attach_scale(1, "/posterior/draw");
  return group;
}

test("files of other libraries are read; groups that we do not know are left out", async () => {
  const bytes = await writeHdf5((file) => {
    writePosterior(file);
    file.create_group("prior");
  });
  expect(await inferenceDataFromNetcdf(bytes)).toEqual({
    posterior: { mu: { dims: ["chain", "draw"], shape: [1, 2], values: Float64Array.of(1.5, -2) } },
    sample_stats: {},
    coords: {},
    attrs: { seed: 7 },
  });
});

test.each([
  [
    "text",
    "posterior.name",
    /not numeric/,
    (group: Group) => group.create_dataset({ name: "name", data: ["a"], shape: [], dtype: "S" }),
  ],
  [
    "an axis without a dimension",
    "posterior.x",
    /no dimension/,
    (group: Group) => group.create_dataset({ name: "x", data: Float64Array.of(1), shape: [1], dtype: "<d" }),
  ],
  [
    "labels that differ between groups",
    "constant_data.chain",
    /labels of the dimension differ/,
    (group: Group) => {
      const other = group.root.create_group("constant_data");
      other.create_dataset({ name: "chain", data: BigInt64Array.of(5n), shape: [1], dtype: "<q" }).make_scale("chain");
    },
  ],
])("%s is refused", async (_, field, pattern, spoil) => {
  const bytes = await writeHdf5((file) => {
    spoil(writePosterior(file));
  });
  const error = await expectError(() => inferenceDataFromNetcdf(bytes, "fit.nc"), "file", pattern);
  expect(error.field).toBe(field);
  expect(error.message).toContain("fit.nc");
});

test("a file without a posterior is refused", async () => {
  const bytes = await writeHdf5((file) => {
    file.create_group("prior");
  });
  await expectError(() => inferenceDataFromNetcdf(bytes), "file", /posterior: there is no such group/);
});
