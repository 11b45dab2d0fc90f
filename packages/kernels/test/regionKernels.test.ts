import { createKernels } from "@poolish/kernels";
import { describe, expect, test } from "vitest";
import { spread, variants } from "./harness.ts";

describe.each(variants)("%s", (variant) => {
  const length = 1003;
  const kernels = createKernels({ capacity: 4 * length + 20, variant });
  const [a, b, result] = [1, 2, 3].map(() => kernels.allocate(length));
  a.values.forEach((_, i) => {
    a.values[i] = spread(i);
    b.values[i] = spread(i + 5000);
  });

  test("multiply, addScaled and moveAverage are the rounded formulas, to the bit", () => {
    kernels.multiply(a, b, result, length);
    a.values.forEach((value, i) => {
      expect(result.values[i]).toBe(Math.fround(value * b.values[i]));
    });
    result.values.set(b.values);
    kernels.addScaled(a, 0.1, result, length);
    a.values.forEach((value, i) => {
      expect(result.values[i]).toBe(Math.fround(b.values[i] + Math.fround(Math.fround(0.1) * value)));
    });
    result.values.set(b.values);
    kernels.moveAverage(result, a, 0.25, length);
    a.values.forEach((value, i) => {
      const step = Math.fround(0.25 * Math.fround(value - b.values[i]));
      expect(result.values[i]).toBe(Math.fround(b.values[i] + step));
    });
  });

  test("the logarithm keeps its bound over all binades and at special values", () => {
    const patterns = new Uint32Array(a.values.buffer, a.pointer, length);
    patterns.forEach((_, i) => {
      patterns[i] = Math.floor((0x7f7fffff * (i + 0.5)) / length);
    });
    kernels.logarithm(a, result, length);
    a.values.forEach((x, i) => {
      expect(Math.abs(result.values[i] - Math.log(x))).toBeLessThanOrEqual(2e-7 * Math.abs(Math.log(x)));
    });
    for (let i = 0; i < length; i++) a.values[i] = 0.6 + i / length;
    kernels.logarithm(a, result, length);
    a.values.forEach((x, i) => {
      expect(Math.abs(result.values[i] - Math.log(x))).toBeLessThanOrEqual(1e-7);
    });
    a.values.set([0, -0, 1, Infinity, -1, Number.NaN, -Infinity, 1e-45]);
    kernels.logarithm(a, result, 8);
    expect(Array.from(result.values.subarray(0, 7))).toEqual([
      ...[-Infinity, -Infinity, 0, Infinity],
      ...[Number.NaN, Number.NaN, Number.NaN],
    ]);
    expect(Math.abs(result.values[7] + 103.27893)).toBeLessThan(1e-4);
  });

  test("refuses regions that are too short", () => {
    const short = kernels.allocate(8);
    expect(() => kernels.multiply(a, b, short, 9)).toThrow("result needs 9");
    expect(() => kernels.addScaled(short, 1, a, 9)).toThrow("x needs 9");
    expect(() => kernels.moveAverage(a, short, 1, 9)).toThrow("values needs 9");
    expect(() => kernels.logarithm(a, short, 9)).toThrow("y needs 9");
  });
});
