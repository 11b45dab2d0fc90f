import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { distribution, families, familyByName } from "../src/index.ts";

/** [family, x, parameters…, log-density] by scipy.stats: fixtures/logProb.py. */
const reference: { rows: [name: string, ...numbers: number[]][] } = JSON.parse(
  readFileSync(new URL("./fixtures/logProb.json", import.meta.url), "utf8"),
);

test("log-densities agree with scipy", () => {
  expect(new Set(reference.rows.map(([name]) => name))).toEqual(new Set(families.map(({ name }) => name)));
  for (const [name, x, ...rest] of reference.rows) {
    const exact = rest[rest.length - 1];
    const value = distribution(familyByName(name), rest.slice(0, -1)).logProb(x);
    // scipy itself is off by up to 8e-13 where it subtracts log-gammas of 1000 and more (checked against mpmath).
    expect(Math.abs(value - exact), `${name} ${x} ${rest}`).toBeLessThan(2e-12 * Math.max(1, Math.abs(exact)));
  }
});

test("tails are exact where the density has long underflowed", () => {
  const cases: [string, number, number[], number][] = [
    ["normal", 1e10, [0, 1], -5e19],
    ["exponential", 1e300, [2], -2e300],
    ["gamma", 1e-300, [2, 1], Math.log(1e-300)],
    ["cauchy", 1e200, [0, 1], -Math.log(Math.PI) - 2 * Math.log(1e200)],
    ["halfCauchy", 1e200, [1], Math.log(2 / Math.PI) - 2 * Math.log(1e200)],
    // Γ((ν + 1)/2) / (Γ(ν/2) √(νπ)) ν^((ν + 1)/2) = 6√3 / π for ν = 3.
    ["studentT", -1e200, [3, 0, 1], Math.log((6 * Math.sqrt(3)) / Math.PI) - 4 * Math.log(1e200)],
    ["laplace", -1e300, [0, 1], -1e300],
    ["poisson", 0, [1e8], -1e8],
    ["bernoulli", 0, [1e-20], -1e-20],
  ];
  for (const [name, x, parameters, exact] of cases) {
    const value = distribution(familyByName(name), parameters).logProb(x);
    expect(Math.abs(value / exact - 1), name).toBeLessThan(1e-14);
  }
});

test("slopes of heavy tails do not overflow", () => {
  const one = (value: number) => ({ values: Float64Array.of(value), offset: 0, stride: 0 as const });
  for (const [name, parameters, power] of [
    ["cauchy", [0, 1], 2],
    ["studentT", [3, 0, 1], 4],
  ] as const) {
    const partials = Array.from({ length: 1 + parameters.length }, () => new Float64Array(1));
    familyByName(name).evaluate(1, one(1e200), parameters.map(one), new Float64Array(1), partials);
    expect(partials[0][0] / (-power / 1e200)).toBeCloseTo(1, 12);
    expect(partials[parameters.length][0]).toBeCloseTo(power - 1, 12);
  }
});
