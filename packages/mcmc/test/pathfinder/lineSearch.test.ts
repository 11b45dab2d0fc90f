import type { LogDensity } from "@poolish/core";
import { expect, test } from "vitest";
import { nutsState } from "../../src/nuts.ts";
import { lineSearch } from "../../src/pathfinder/lineSearch.ts";

const parabola: LogDensity = {
  dim: 1,
  valueAndGradient(q, gradient) {
    gradient[0] = -q[0];
    return -0.5 * q[0] * q[0];
  },
};
/** log x - x, off the support below 0. */
const halfLine: LogDensity = {
  dim: 1,
  valueAndGradient(q, gradient) {
    gradient[0] = 1 / q[0] - 1;
    return q[0] > 0 ? Math.log(q[0]) - q[0] : -Infinity;
  },
};

test.each([
  ["far too short", parabola, -3, 1e-6],
  ["far too long", parabola, -3, 1e6],
  ["off the support", halfLine, 4, 1000],
])("both Wolfe conditions hold after a first step %s", (_, target, start, firstStep) => {
  const from = nutsState(target, Float64Array.of(start));
  const { state } = lineSearch(target, from, from.gradient, firstStep);
  if (state === undefined) throw new Error("no step was found");
  const step = (state.position[0] - start) / from.gradient[0];
  const slope = from.gradient[0] ** 2;
  expect(state.logDensity - from.logDensity).toBeGreaterThanOrEqual(1e-4 * step * slope);
  expect(state.gradient[0] * from.gradient[0]).toBeLessThanOrEqual(0.9 * slope);
});

test("downhill and at the optimum there is no step", () => {
  const from = nutsState(parabola, Float64Array.of(2));
  expect(lineSearch(parabola, from, Float64Array.of(1), 1)).toEqual({ state: undefined, numGradients: 0 });
  const top = nutsState(parabola, Float64Array.of(0));
  expect(lineSearch(parabola, top, Float64Array.of(1), 1).state).toBeUndefined();
});

test("a direction that climbs for ever ends the search", () => {
  const slope: LogDensity = {
    dim: 1,
    valueAndGradient(q, gradient) {
      gradient[0] = 1;
      return q[0];
    },
  };
  const { state, numGradients } = lineSearch(slope, nutsState(slope, Float64Array.of(0)), Float64Array.of(1), 1);
  expect(state).toBeUndefined();
  expect(numGradients).toBe(60);
});
