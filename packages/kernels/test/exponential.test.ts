import { createKernels } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { variants } from "./harness.ts";

describe.each(variants)("%s", (variant) => {
  const length = 100_000;
  const kernels = createKernels({ capacity: 2 * length, variant });
  const x = kernels.allocate(length);
  const y = kernels.allocate(length);

  test("keeps its relative error where the result is a normal float, and rounds gradually below", () => {
    for (let i = 0; i < length; i++) x.values[i] = -104 + (192.72 * i) / length;
    kernels.exponential(x, y, length);
    for (let i = 0; i < length; i++) {
      const expected = Math.exp(x.values[i]);
      // The bound of the docstring, and a unit of the subnormal range.
      const error = Math.abs(y.values[i] - expected);
      if (!(error <= 1.5e-7 * expected + 2 ** -149)) expect.fail(`exp(${x.values[i]}) = ${y.values[i]}`);
    }
  });

  test("special values", () => {
    x.values.set([0, -0, Infinity, -Infinity, Number.NaN, 89, -104, 1e38]);
    kernels.exponential(x, y, 8);
    expect(Array.from(y.values.subarray(0, 8))).toEqual([1, 1, Infinity, 0, Number.NaN, Infinity, 0, Infinity]);
  });
});
