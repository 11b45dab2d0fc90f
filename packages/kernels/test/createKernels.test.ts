import { createKernels, isVariantSupported, matrixLength, paddedColumns, paddedRows } from "@poolish/kernels";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bits, matrix, variants } from "./harness.ts";

test("padding is the next multiple", () => {
  expect([1, 8, 9, 64].map(paddedColumns)).toEqual([8, 8, 16, 64]);
  expect([1, 4, 5, 64].map(paddedRows)).toEqual([4, 4, 8, 64]);
  expect(matrixLength(5, 9)).toBe(128);
});

test("regions are aligned, zero, apart from each other, and as long as asked", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 20 }), (lengths) => {
      const kernels = createKernels({ capacity: lengths.reduce((sum, length) => sum + 4 * Math.ceil(length / 4), 0) });
      const regions = lengths.map((length) => kernels.allocate(length));
      for (const [i, region] of regions.entries()) {
        expect(region.pointer % 16).toBe(0);
        expect(region.values).toEqual(new Float32Array(lengths[i]));
        region.values.fill(i + 1);
      }
      for (const [i, region] of regions.entries()) expect(region.values.every((value) => value === i + 1)).toBe(true);
      expect(() => kernels.allocate(1)).toThrow("cannot allocate 1 elements: 0 of");
    }),
    { seed: 61, numRuns: 50 },
  );
});

test("a subregion shares memory and stays aligned and inside", () => {
  const kernels = createKernels({ capacity: 32 });
  const region = kernels.allocate(30);
  const part = kernels.subregion(region, 8, 5);
  part.values[4] = 3;
  expect(region.values[12]).toBe(3);
  expect(part.pointer).toBe(region.pointer + 32);
  expect(() => kernels.subregion(region, 6, 4)).toThrow("multiple of 4");
  expect(() => kernels.subregion(region, 28, 3)).toThrow("outside a region of 30");
});

test.each([-1, 1.5, Number.NaN, 2 ** 31])("refuses a capacity of %d", (capacity) => {
  expect(() => createKernels({ capacity })).toThrow("capacity");
});

test("takes relaxed SIMD exactly where the engine validates it; the variant can be pinned", () => {
  const chosen = isVariantSupported("relaxed-simd") ? "relaxed-simd" : "simd128";
  expect(createKernels({ capacity: 0 }).variant).toBe(chosen);
  for (const variant of variants) expect(createKernels({ capacity: 0, variant }).variant).toBe(variant);
});

test("instances do not share memory, and equal calls give equal bits", () => {
  const results = [0, 1].map(() => {
    const kernels = createKernels({ capacity: 5000 });
    const x = matrix(kernels, 13, 21, 1);
    const w = matrix(kernels, 21, 35, 2);
    const y = kernels.allocate(matrixLength(13, 35));
    kernels.dense(x, w, null, y, 13, 21, 35);
    kernels.activate("gelu", y, y, y.length);
    return y;
  });
  expect(bits(results[0], 0, results[0].length)).toEqual(bits(results[1], 0, results[1].length));
  results[0].values.fill(0);
  expect(results[1].values.some((value) => value !== 0)).toBe(true);
});
