import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as math from "../src/index.ts";

/** Rows of arguments and value, by mpmath with 60 digits: fixtures/reference.py. */
const reference: Record<string, number[][]> = JSON.parse(
  readFileSync(new URL("./fixtures/reference.json", import.meta.url), "utf8"),
);

/** Documented error bounds: of the value, or of max(1, |value|) for functions that lose relative accuracy at a zero. */
const bounds: [name: string, evaluate: (x: number, y: number) => number, bound: number, floor: 0 | 1][] = [
  ["logGamma", math.logGamma, 2e-15, 0],
  ["digamma", math.digamma, 1e-15, 1],
  ["trigamma", math.trigamma, 2e-15, 0],
  ["logBeta", math.logBeta, 1e-14, 1],
  ["log1pExp", math.log1pExp, 1e-15, 0],
  ["logExpm1", math.logExpm1, 1e-15, 1],
  ["logistic", math.logistic, 1e-15, 0],
  ["logit", math.logit, 1e-15, 0],
  ["scaledErfc", math.scaledErfc, 2e-15, 0],
  ["standardNormalCdf", math.standardNormalCdf, 5e-15, 0],
  ["standardNormalLogCdf", math.standardNormalLogCdf, 5e-15, 0],
  ["standardNormalQuantile", math.standardNormalQuantile, 1e-15, 0],
];

test.each(bounds)("%s keeps its documented accuracy", (name, evaluate, bound, floor) => {
  const rows = reference[name];
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    const exact = row[row.length - 1];
    const value = evaluate(row[0], row[1]);
    const scale = Math.max(Math.abs(exact), floor);
    expect(Math.abs(value - exact), `${name}(${row.slice(0, -1)}) = ${value}, not ${exact}`).toBeLessThanOrEqual(
      bound * scale,
    );
  }
});

test.each(bounds)("%s passes NaN on", (_, evaluate) => {
  expect(evaluate(NaN, 1)).toBeNaN();
});

const { logGamma, digamma, trigamma, logBeta, logFactorial, log1pExp, logExpm1, logistic, logit } = math;
const { scaledErfc, standardNormalCdf, standardNormalLogCdf, standardNormalQuantile } = math;

test("values at the edges of the domains", () => {
  const cases: [value: number, expected: number][] = [
    [logGamma(0), Infinity],
    [logGamma(1), 0],
    [logGamma(2), 0],
    [logGamma(Infinity), Infinity],
    [logGamma(-0.5), NaN],
    [digamma(0), -Infinity],
    [digamma(Infinity), Infinity],
    [digamma(-1), NaN],
    [trigamma(0), Infinity],
    [trigamma(Infinity), 0],
    [trigamma(-1), NaN],
    [logBeta(0, 1), Infinity],
    [logBeta(1, Infinity), -Infinity],
    [logBeta(-1, 2), NaN],
    [logBeta(1, 1), 0],
    [log1pExp(-Infinity), 0],
    [log1pExp(Infinity), Infinity],
    [logExpm1(0), -Infinity],
    [logExpm1(Infinity), Infinity],
    [logExpm1(-1), NaN],
    [logistic(-Infinity), 0],
    [logistic(-800), 0],
    [logistic(Infinity), 1],
    [logit(0), -Infinity],
    [logit(0.5), 0],
    [logit(1), Infinity],
    [logit(1.5), NaN],
    [scaledErfc(Infinity), 0],
    [scaledErfc(-1), NaN],
    [standardNormalCdf(-Infinity), 0],
    [standardNormalCdf(0), 0.5],
    [standardNormalCdf(Infinity), 1],
    [standardNormalLogCdf(-Infinity), -Infinity],
    [standardNormalLogCdf(Infinity), 0],
    [standardNormalQuantile(0), -Infinity],
    [standardNormalQuantile(0.5), 0],
    [standardNormalQuantile(1), Infinity],
    [standardNormalQuantile(-0.1), NaN],
    [standardNormalQuantile(1.1), NaN],
  ];
  for (const [i, [value, expected]] of cases.entries()) {
    if (Number.isNaN(expected)) expect(value, `case ${i}`).toBeNaN();
    else expect(Math.abs(value - expected) <= 1e-15 || value === expected, `case ${i}: ${value}`).toBe(true);
  }
});

test("logFactorial is the log of the product, on both sides of its table", () => {
  let slow = 0;
  for (let n = 1; n <= 600; n++) {
    slow += Math.log(n);
    // n additions, each rounded by at most 2^-53 of the running sum.
    expect(Math.abs(logFactorial(n) - slow)).toBeLessThanOrEqual(n * 2 ** -53 * slow + 2e-15 * slow);
  }
  expect(logFactorial(0)).toBe(0);
  expect(logFactorial(Infinity)).toBe(Infinity);
  for (const bad of [-1, 1.5, NaN]) expect(logFactorial(bad)).toBeNaN();
});

test("digamma and trigamma are derivatives of logGamma and digamma", () => {
  const h = 1e-4;
  for (const x of [0.7, 1.2, 3.3, 9.99, 10.01, 47]) {
    // Truncation h²/6 · |f'''| with |f'''| < 2 / x³ + …; rounding 1e-15 · |f| / h.
    const tolerance = (h * h * 4) / Math.min(1, x) ** 4 + (1e-15 * (1 + Math.abs(logGamma(x)))) / h;
    expect(Math.abs((logGamma(x + h) - logGamma(x - h)) / (2 * h) - digamma(x))).toBeLessThan(tolerance);
    expect(Math.abs((digamma(x + h) - digamma(x - h)) / (2 * h) - trigamma(x))).toBeLessThan(tolerance);
  }
});
