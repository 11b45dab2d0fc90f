import { type LogDensity, rngFromSeed } from "@poolish/core";
import { nuts, unitMetric } from "@poolish/mcmc";
import { expect, test } from "vitest";

const gaussian: LogDensity = {
  dim: 2,
  valueAndGradient(x, gradient) {
    for (let i = 0; i < 2; i++) gradient[i] = -x[i];
    return -0.5 * (x[0] * x[0] + x[1] * x[1]);
  },
};

const parameters = { stepSize: 0.4, metric: unitMetric(2) };

/** The positions of five transitions of one kernel. */
function positions(target: LogDensity, seed: number): number[][] {
  const kernel = nuts(target)(parameters);
  const rng = rngFromSeed(seed);
  let state = kernel.init(Float64Array.of(1, 2));
  return Array.from({ length: 5 }, () => {
    [state] = kernel.step(rng, state);
    return [...state.position];
  });
}

test("chains that share scratch and take turns are the chains that run one after the other", () => {
  const kernels = [1, 2].map(() => nuts(gaussian)(parameters));
  const rngs = [7, 8].map((seed) => rngFromSeed(seed));
  const states = kernels.map((kernel) => kernel.init(Float64Array.of(1, 2)));
  const drawn: number[][][] = [[], []];
  for (let step = 0; step < 5; step++) {
    for (const c of [0, 1]) {
      [states[c]] = kernels[c].step(rngs[c], states[c]);
      drawn[c].push([...states[c].position]);
    }
  }
  expect(drawn).toEqual([positions(gaussian, 7), positions(gaussian, 8)]);
});

test("a target that samples itself, of the same size, leaves the outer trajectory alone", () => {
  const nested: LogDensity = {
    dim: 2,
    valueAndGradient(x, gradient) {
      positions(gaussian, 3);
      return gaussian.valueAndGradient(x, gradient);
    },
  };
  expect(positions(nested, 7)).toEqual(positions(gaussian, 7));
});

test("a target that throws leaves the scratch to the next", () => {
  const expected = positions(gaussian, 7);
  let calls = 0;
  const fragile: LogDensity = {
    dim: 2,
    valueAndGradient(x, gradient) {
      calls++;
      if (calls === 3) throw new Error("broken");
      return gaussian.valueAndGradient(x, gradient);
    },
  };
  expect(() => positions(fragile, 7)).toThrow("broken");
  expect(positions(gaussian, 7)).toEqual(expected);
});
