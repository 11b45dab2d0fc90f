import { type AdamOptions, createKernels } from "@poolish/kernels";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spread, U, variants } from "./harness.ts";

const options: AdamOptions = { stepSize: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1, weightDecay: 0 };

/** Kingma & Ba 2015, algorithm 1, with the decay of Loshchilov & Hutter 2019, for one weight in float64. */
function twin(w: number, g: number, m: number, v: number, o: AdamOptions) {
  const first = o.beta1 * m + (1 - o.beta1) * g;
  const second = o.beta2 * v + (1 - o.beta2) * g * g;
  const root = Math.sqrt(second / (1 - o.beta2 ** o.step)) + o.epsilon;
  const change = (o.stepSize * (first / (1 - o.beta1 ** o.step))) / root;
  const decay = o.stepSize * o.weightDecay * w;
  return { first, second, change, decay, weight: w - change - decay, gain: change / first };
}

describe.each(variants)("%s", (variant) => {
  test("one step agrees with the float64 twin within rounding", () => {
    const settings = fc.record({
      stepSize: fc.constantFrom(1e-4, 1e-3, 0.1),
      beta1: fc.constantFrom(0.5, 0.9),
      beta2: fc.constantFrom(0.95, 0.999),
      epsilon: fc.constantFrom(1e-8, 1e-3),
      step: fc.integer({ min: 1, max: 100_000 }),
      weightDecay: fc.constantFrom(0, 0.01, 0.3),
    });
    fc.assert(
      fc.property(settings, fc.integer({ min: 1, max: 60 }), fc.nat({ max: 10_000 }), (o, length, start) => {
        const kernels = createKernels({ capacity: 400, variant });
        const [w, g, m, v] = [0, 1, 2, 3].map((j) => {
          const region = kernels.allocate(length);
          region.values.forEach((_, i) => {
            region.values[i] = spread(start + 97 * j + i);
          });
          return region;
        });
        v.values.forEach((value, i) => {
          v.values[i] = value * value;
        });
        const expected = Array.from(w.values, (weight, i) => twin(weight, g.values[i], m.values[i], v.values[i], o));
        const firstTerms = Array.from(
          m.values,
          (value, i) => Math.abs(o.beta1 * value) + Math.abs((1 - o.beta1) * g.values[i]),
        );
        kernels.adam(w, g, m, v, length, o);
        expected.forEach((e, i) => {
          // Roundings: coefficient, product and sum for the first moment; also the square for the second; then those of
          // the correction, product, root, sum, quotient (14 at most, the root halves its own) and of the subtraction.
          const firstError = 3.01 * U * firstTerms[i];
          expect(Math.abs(m.values[i] - e.first)).toBeLessThanOrEqual(firstError);
          expect(Math.abs(v.values[i] - e.second)).toBeLessThanOrEqual(4.01 * U * e.second);
          const changeError = 14 * U * Math.abs(e.change) + Math.abs(e.gain) * firstError;
          const bound = 1.01 * U * (Math.abs(e.weight) + 4 * Math.abs(e.decay)) + changeError;
          expect(Math.abs(w.values[i] - e.weight)).toBeLessThanOrEqual(bound);
        });
      }),
      { seed: 41, numRuns: 100 },
    );
  });

  test("gradientScale counts the gradient that many times, to the bit", () => {
    const kernels = createKernels({ capacity: 400, variant });
    const step = (gradientScale: number | undefined, factor: number) => {
      const [w, g, m, v] = [0, 1, 2, 3].map(() => kernels.allocate(20));
      for (let i = 0; i < 20; i++) g.values[i] = spread(i) * factor;
      kernels.adam(w, g, m, v, 20, { ...options, ...(gradientScale !== undefined && { gradientScale }) });
      return [w, m, v].map((region) => Array.from(region.values));
    };
    expect(step(0.25, 1)).toEqual(step(undefined, 0.25));
  });

  test("the first step is stepSize against the sign of the gradient, and padding stays zero", () => {
    const kernels = createKernels({ capacity: 100, variant });
    const [w, g, m, v] = [0, 1, 2, 3].map(() => kernels.allocate(8));
    g.values.set([3, -0.01, 100, -2]);
    kernels.adam(w, g, m, v, 8, options);
    for (const [i, sign] of [1, -1, 1, -1].entries()) expect(w.values[i]).toBeCloseTo(-sign * 1e-3, 8);
    expect(Array.from(w.values.subarray(4))).toEqual([0, 0, 0, 0]);
  });

  test("NaN in a gradient reaches its weight alone", () => {
    const kernels = createKernels({ capacity: 100, variant });
    const [w, g, m, v] = [0, 1, 2, 3].map(() => kernels.allocate(4));
    g.values.set([1, Number.NaN, 1, 1]);
    kernels.adam(w, g, m, v, 4, options);
    expect(Array.from(w.values, Number.isNaN)).toEqual([false, true, false, false]);
  });

  test("refuses an epsilon that vanishes in float32 and a step before the first", () => {
    const kernels = createKernels({ capacity: 4, variant });
    const w = kernels.allocate(4);
    expect(() => kernels.adam(w, w, w, w, 4, { ...options, epsilon: 1e-50 })).toThrow("epsilon");
    expect(() => kernels.adam(w, w, w, w, 4, { ...options, step: 0 })).toThrow("step");
  });
});
