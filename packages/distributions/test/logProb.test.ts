import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { families, familyFrom } from "../src/index.ts";
import type { Value } from "./cases.ts";
import { constant } from "./quadrature.ts";

/** Tables by scipy, mpmath and torch: bench/distributions.py. */
function read<Row>(name: string): Row[] {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8")).rows;
}

/** Log-density and partials by input. */
function evaluate(name: string, x: Value, parameters: readonly Value[]): [number, Float64Array[]] {
  const columns = [x, ...parameters].map(constant);
  const partials = columns.map(({ width }) => new Float64Array(width));
  const logTerms = new Float64Array(1);
  familyFrom(name).evaluate(1, columns[0], columns.slice(1), logTerms, partials);
  return [logTerms[0], partials];
}

test("log-densities agree with scipy", () => {
  const rows = read<[name: string, x: Value, parameters: Value[], logProb: number]>("logProb");
  expect(new Set(rows.map(([name]) => name))).toEqual(new Set(families.map(({ name }) => name)));
  for (const [name, x, parameters, exact] of rows) {
    const [value] = evaluate(name, x, parameters);
    // scipy itself is off by up to 8e-13 where it subtracts log-gammas of 1000 and more (checked against mpmath).
    expect(Math.abs(value - exact), `${name} ${x} ${parameters}`).toBeLessThan(2e-12 * Math.max(1, Math.abs(exact)));
  }
});

type Slopes = readonly (readonly [parameter: number, slope: number])[];

test("huge parameters: nothing cancels (mpmath)", () => {
  const rows = read<[name: string, x: number, parameters: number[], logProb: number, slopes: Slopes]>("hugeParameters");
  for (const [name, x, parameters, exact, slopes] of rows) {
    const [value, partials] = evaluate(name, x, parameters);
    const where = `${name} ${x} ${parameters}`;
    // The input itself is a double: a relative change of 1e-16 moves the log-density by as much as its slope times x.
    const jitter = Math.max(...[x, ...parameters].map((input, k) => Math.abs(input * partials[k][0]))) * 2 ** -50;
    expect(Math.abs(value - exact), where).toBeLessThan(1e-13 * Math.max(1, Math.abs(exact)) + jitter);
    for (const [k, slope] of slopes) {
      // Digammas of size 1 / θ are subtracted, and each is rounded.
      const error = Math.abs(partials[1 + k][0] - slope);
      expect(error, `${where} slope ${k}`).toBeLessThan(1e-8 * Math.abs(slope) + 2 ** -50 / Math.abs(parameters[k]));
    }
  }
});

test("log-probabilities of intervals agree with mpmath, far tails and narrow intervals included", () => {
  const rows =
    read<[string, lower: number | null, upper: number | null, parameters: number[], exact: number, Slopes]>(
      "logCumulative",
    );
  const capable = families.filter((family) => family.eventShape === "scalar" && family.logCumulative !== undefined);
  expect(new Set(rows.map(([name]) => name))).toEqual(new Set(capable.map(({ name }) => name)));
  for (const [name, lower, upper, parameters, exact, slopes] of rows) {
    const family = familyFrom(name);
    if (family.eventShape !== "scalar" || family.logCumulative === undefined) throw new Error(name);
    const partials = new Float64Array(2 + parameters.length);
    const value = family.logCumulative(lower ?? -Infinity, upper ?? Infinity, parameters, partials);
    const where = `${name} (${lower}, ${upper}) ${parameters}`;
    // Relative to the probability, and to the logarithm where that is near 0.
    expect(Math.abs(value - exact), `${where}: ${value} ${exact}`).toBeLessThan(
      1e-11 * Math.max(Math.min(1, Math.abs(exact)), 1e-2 * Math.abs(exact)),
    );
    for (const [k, slope] of slopes) {
      // What the two bounds contribute is of the size of their own partials, and may cancel.
      const parts = Math.abs(partials[0]) + Math.abs(partials[1]);
      const error = Math.abs(partials[2 + k] - slope);
      expect(error, `${where} slope ${k}: ${slope}`).toBeLessThan(1e-8 * Math.abs(slope) + 2 ** -50 * parts);
    }
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
    const value = evaluate(name, x, parameters)[0];
    expect(Math.abs(value / exact - 1), name).toBeLessThan(1e-14);
  }
});

test("slopes of heavy tails do not overflow", () => {
  const one = (value: number) => ({ values: Float64Array.of(value), offset: 0, stride: 0, width: 1 });
  for (const [name, parameters, power] of [
    ["cauchy", [0, 1], 2],
    ["studentT", [3, 0, 1], 4],
  ] as const) {
    const partials = Array.from({ length: 1 + parameters.length }, () => new Float64Array(1));
    familyFrom(name).evaluate(1, one(1e200), parameters.map(one), new Float64Array(1), partials);
    expect(partials[0][0] / (-power / 1e200)).toBeCloseTo(1, 12);
    expect(partials[parameters.length][0]).toBeCloseTo(power - 1, 12);
  }
});
