import { expect, test } from "vitest";
import {
  besselRatioComplement,
  digamma,
  digammaMinusLog,
  halfNormalLogCdf,
  log1mExp,
  log1pMinus,
  logBinomialMass,
  logFactorial,
  logPoissonMass,
  logScaledBesselI0,
  standardNormalCdf,
} from "../src/index.ts";

/** The relative difference of two numbers. */
function apart(a: number, b: number): number {
  return Math.abs(a - b) / Math.abs(b);
}

test("log1mExp at both ends and where its forms meet", () => {
  expect(apart(log1mExp(1e-20), Math.log(1e-20))).toBeLessThan(1e-15);
  expect(apart(log1mExp(50), -Math.exp(-50))).toBeLessThan(1e-15);
  for (const y of [0.5, Math.LN2, 0.8]) expect(log1mExp(y)).toBeCloseTo(Math.log(1 - Math.exp(-y)), 14);
  expect(log1mExp(0)).toBe(-Infinity);
  expect(log1mExp(Infinity)).toBe(-0);
  expect(log1mExp(-1)).toBeNaN();
});

test("log1pMinus by its Taylor series near 0, by the logarithm elsewhere", () => {
  for (const t of [1e-12, -1e-8, 1e-4, -0.01, 0.02]) {
    let series = 0;
    for (let k = 12; k >= 2; k--) series += (-1) ** (k + 1) * (t ** k / k);
    expect(apart(log1pMinus(t), series)).toBeLessThan(1e-14);
  }
  // The plain difference loses a factor t / log1pMinus(t) < 10 of its digits here.
  for (const t of [-0.9, -0.31, -0.29, 0.29, 0.31, 7])
    expect(apart(log1pMinus(t), Math.log1p(t) - t)).toBeLessThan(1e-14);
  expect(log1pMinus(-1)).toBe(-Infinity);
  expect(log1pMinus(-2)).toBeNaN();
});

test("digammaMinusLog obeys ψ(x + 1) = ψ(x) + 1 / x, far beyond what the difference of the two could", () => {
  for (const x of [0.3, 4, 9.5, 12]) expect(apart(digammaMinusLog(x), digamma(x) - Math.log(x))).toBeLessThan(1e-13);
  for (const x of [1e3, 1e6, 1e12]) {
    // -1/(2x) - 1/(12x²) + 1/(120 x⁴) - …
    const expected = -0.5 / x - 1 / (12 * x * x);
    expect(apart(digammaMinusLog(x), expected)).toBeLessThan(1 / (50 * x ** 3) + 1e-15);
  }
  expect(digammaMinusLog(0)).toBe(-Infinity);
});

test("masses agree with factorials where these are small", () => {
  for (const [a, b, p] of [
    [1, 1, 0.5],
    [3, 9, 0.2],
    [40, 7, 0.9],
  ]) {
    const plain = logFactorial(a + b) - logFactorial(a) - logFactorial(b) + a * Math.log(p) + b * Math.log1p(-p);
    expect(logBinomialMass(a, b, p, 1 - p)).toBeCloseTo(plain, 12);
  }
  for (const [x, mean] of [
    [1, 3],
    [12, 0.4],
    [50, 61],
  ]) {
    expect(logPoissonMass(x, mean)).toBeCloseTo(x * Math.log(mean) - mean - logFactorial(x), 12);
  }
  // At the mode of Poisson(10^12): -log(2π 10^12) / 2 - 1 / (12 · 10^12).
  expect(apart(logPoissonMass(1e12, 1e12), -0.5 * Math.log(2e12 * Math.PI))).toBeLessThan(1e-14);
});

test("halfNormalLogCdf by Φ in the middle, by its density near 0", () => {
  for (const z of [0.7, 0.99, 1.01, 3])
    expect(halfNormalLogCdf(z)).toBeCloseTo(Math.log(2 * standardNormalCdf(z) - 1), 14);
  expect(apart(halfNormalLogCdf(1e-200), Math.log(Math.sqrt(2 / Math.PI)) + Math.log(1e-200))).toBeLessThan(1e-15);
  expect(halfNormalLogCdf(0)).toBe(-Infinity);
  expect(halfNormalLogCdf(-1)).toBeNaN();
});

/** Σ over equal angles of a periodic analytic function: exact to rounding for as many. */
function circleMean(f: (angle: number) => number): number {
  const count = 4000;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f((2 * Math.PI * (i + 0.5)) / count);
  return sum / count;
}

test.each([0, 1e-3, 0.5, 6, 19.99, 20, 300, 1e4])("Bessel functions of %d by their integrals", (x) => {
  const scaled = circleMean((angle) => Math.exp(-2 * x * Math.sin(angle / 2) ** 2));
  const complement = circleMean((angle) => 2 * Math.sin(angle / 2) ** 2 * Math.exp(-2 * x * Math.sin(angle / 2) ** 2));
  expect(Math.abs(logScaledBesselI0(x) - Math.log(scaled))).toBeLessThan(1e-14 * (1 + x / 10));
  expect(apart(besselRatioComplement(x), complement / scaled)).toBeLessThan(1e-12);
});
