import { describe, expect, test } from "vitest";
import {
  boundDerivatives,
  inverseTransform,
  logTransformSlope,
  resolveBounds,
  transformFor,
  transformValue,
} from "../../src/columns/continuousColumn.ts";

const H = 1e-5;
/** Central differences at step 1e-5: truncation and rounding stay below 1e-8 of values of size 1 to 100. */
const slopeOf = (f: (h: number) => number): number => (f(H) - f(-H)) / (2 * H);
const cases = [
  ["identity", -Infinity, Infinity],
  ["log", 0.5, Infinity],
  ["reflectedLog", -Infinity, 4],
  ["logit", 0.5, 4],
] as const;
const POINTS = [0.6, 1, 2.2, 3.9];

describe.each(cases)("%s", (transform, lower, upper) => {
  const column = { transform, edge: 0.01 };

  test("the transform by the bounds, and its inverse", () => {
    expect(transformFor(lower !== -Infinity, upper !== Infinity)).toBe(transform);
    for (const x of POINTS) {
      expect(inverseTransform(column, transformValue(column, x, lower, upper), lower, upper)).toBeCloseTo(x, 12);
    }
  });

  test("the slope is the derivative of the value, also beyond the edges", () => {
    const beyond = [0.505, 0.3, 3.995, 4.2].filter((x) => (x > 2 ? upper : -lower) !== Infinity);
    for (const x of [...POINTS, ...beyond]) {
      const expected = slopeOf((h) => transformValue(column, x + h, lower, upper));
      expect(Math.abs(Math.exp(logTransformSlope(column, x, lower, upper)) / expected - 1)).toBeLessThan(1e-6);
    }
  });

  test("what moving the bounds does", () => {
    const by = { valueByLower: 7, valueByUpper: 7, logSlopeByLower: 7, logSlopeByUpper: 7 };
    for (const x of [...POINTS, 0.505, 3.995]) {
      boundDerivatives(column, x, lower, upper, by);
      const logSlope = (low: number, high: number) => logTransformSlope(column, x, low, high);
      const expected = [
        slopeOf((h) => transformValue(column, x, lower + h, upper)),
        slopeOf((h) => transformValue(column, x, lower, upper + h)),
        slopeOf((h) => logSlope(lower + h, upper)),
        slopeOf((h) => logSlope(lower, upper + h)),
      ].map((value) => (Number.isNaN(value) ? 0 : value));
      [by.valueByLower, by.valueByUpper, by.logSlopeByLower, by.logSlopeByUpper].forEach((value, k) => {
        expect(Math.abs(value - expected[k])).toBeLessThan(1e-6 * (1 + Math.abs(expected[k])));
      });
    }
  });
});

test("the tangent joins the logarithm at the edge, and is finite on the wrong side of the bound", () => {
  const column = { transform: "log", edge: 0.25 } as const;
  const [at, above, below] = [0.25, 0.25 + 1e-9, 0.25 - 1e-9].map((x) => transformValue(column, x, 0, Infinity));
  expect(at).toBe(Math.log(0.25));
  expect(Math.abs(above - below - 8e-9)).toBeLessThan(1e-14);
  // log ¼ + (−1 − ¼) / ¼
  expect(transformValue(column, -1, 0, Infinity)).toBe(Math.log(0.25) - 5);
});

test("bounds are numbers, parameters by name, or open", () => {
  const spec = { name: "rt", kind: "continuous", bounds: { lower: "shift", upper: 3 } } as const;
  expect(resolveBounds(spec, ["rate", "shift"])).toEqual({ lower: { parameter: 1 }, upper: 3 });
  expect(resolveBounds({ name: "rt", kind: "continuous" }, [])).toEqual({ lower: -Infinity, upper: Infinity });
});
