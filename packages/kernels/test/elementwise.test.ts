import { createKernels } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spread, variants } from "./harness.ts";

describe.each(variants)("%s", (variant) => {
  test("sumOfSquares counts exactly the first elements, in float64", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.nat({ max: 10_000 }), (length, start) => {
        const kernels = createKernels({ capacity: 600, variant });
        const region = kernels.allocate(length + 8);
        let expected = 0;
        for (let i = 0; i < length + 8; i++) region.values[i] = spread(start + i);
        for (let i = 0; i < length; i++) expected += region.values[i] ** 2;
        const error = Math.abs(kernels.sumOfSquares(region, length) - expected);
        // Both sides add `length` positive terms, whose squares are exact in float64.
        expect(error).toBeLessThanOrEqual(2 * length * 2 ** -53 * expected);
      }),
      { seed: 51, numRuns: 100 },
    );
  });

  test("sumOfSquares does not overflow where float32 would, and shows NaN and infinities", () => {
    const kernels = createKernels({ capacity: 8, variant });
    const region = kernels.allocate(6);
    region.values.fill(2 ** 100);
    expect(kernels.sumOfSquares(region, 6)).toBe(6 * 2 ** 200);
    region.values[5] = -Infinity;
    expect(kernels.sumOfSquares(region, 6)).toBe(Infinity);
    region.values[0] = Number.NaN;
    expect(kernels.sumOfSquares(region, 6)).toBeNaN();
  });

  test("scale multiplies as float32 does", () => {
    const kernels = createKernels({ capacity: 16, variant });
    const region = kernels.allocate(11);
    for (let i = 0; i < 11; i++) region.values[i] = spread(i);
    region.values[3] = Number.NaN;
    region.values[4] = Infinity;
    const expected = region.values.map((value) => value * Math.fround(0.3));
    kernels.scale(region, 0.3, 11);
    expect(region.values).toEqual(expected);
  });

  test("refuses a length beyond the region or below 0", () => {
    const kernels = createKernels({ capacity: 16, variant });
    const region = kernels.allocate(11);
    expect(() => kernels.scale(region, 2, 12)).toThrow("values needs 12 elements, its region has 11");
    expect(() => kernels.sumOfSquares(region, -4)).toThrow("values needs -4");
    expect(() => kernels.activate("tanh", region, region, Number.NaN)).toThrow("z needs NaN");
  });
});
