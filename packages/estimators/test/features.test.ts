import { counts, interval, positive, real, rngFromSeed, type ScalarSupport } from "@poolish/core";
import { describe, expect, test } from "vitest";
import {
  type Feature,
  fitFeatures,
  pullbackFeatures,
  transformParameter,
  transformsFor,
  writeFeatures,
} from "../src/features.ts";

/** Each kind of support, the transforms that it is given, and values in it, near its ends, too. */
const CASES: { name: string; support: ScalarSupport; transforms: string[]; values: number[] }[] = [
  { name: "the real line", support: real, transforms: ["identity"], values: [-30, -1, 0, 0.5, 12] },
  { name: "(0, ∞)", support: positive, transforms: ["log", "sqrt", "identity"], values: [1e-4, 0.3, 1, 7, 900] },
  {
    name: "(2, ∞)",
    support: interval(2, Infinity),
    transforms: ["log", "sqrt", "identity"],
    values: [2.001, 2.5, 3, 9, 100],
  },
  { name: "(-∞, 1)", support: interval(-Infinity, 1), transforms: ["identity"], values: [-50, -1, 0, 0.5, 0.99] },
  { name: "(-1, 3)", support: interval(-1, 3), transforms: ["identity", "logit"], values: [-0.999, -0.5, 1, 2, 2.99] },
  {
    name: "[0, ∞), a bound that is taken",
    support: { kind: "interval", lower: 0, upper: Infinity, closed: "lower" },
    transforms: ["sqrt", "identity"],
    values: [0.01, 0.5, 3, 9, 100],
  },
  {
    name: "[0, 1]",
    support: { kind: "interval", lower: 0, upper: 1, closed: "both" },
    transforms: ["identity"],
    values: [0.01, 0.5, 0.7, 0.9, 0.99],
  },
  { name: "counts", support: counts, transforms: ["identity"], values: [0, 1, 2, 10, 40] },
];

describe.each(CASES)("$name", ({ support, transforms, values }) => {
  const theta = Float64Array.from(values);
  const features = fitFeatures([support], theta, values.length);

  test("gets its transforms by support alone", () => {
    expect([...transformsFor(support)]).toEqual(transforms);
    expect(features.map(({ transform }) => transform)).toEqual(transforms);
  });

  test("features are standardised over the θ that they are fitted to", () => {
    const out = new Float64Array(values.length * features.length);
    writeFeatures(features, theta, 1, values.length, out);
    features.forEach((_, f) => {
      const column = values.map((_value, r) => out[r * features.length + f]);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      const square = column.reduce((sum, value) => sum + value * value, 0) / column.length;
      expect(Math.abs(mean)).toBeLessThan(1e-12);
      expect(Math.abs(square - 1)).toBeLessThan(1e-12);
    });
  });

  test("the pullback is the central difference, and is ADDED", () => {
    const numRows = values.length;
    const rng = rngFromSeed(3);
    const featureGradient = Float64Array.from({ length: numRows * features.length }, () => rng.uniform() - 0.5);
    const thetaGradient = new Float64Array(numRows).fill(100);
    pullbackFeatures(features, theta, 1, numRows, featureGradient, thetaGradient);
    const out = new Float64Array(featureGradient.length);
    const loss = (at: Float64Array) => {
      writeFeatures(features, at, 1, numRows, out);
      return out.reduce((sum, value, i) => sum + value * featureGradient[i], 0);
    };
    values.forEach((value, r) => {
      const distance = Math.min(1, value - support.lower, support.upper - value);
      const h = 1e-5 * (support.kind === "integer" ? 1 : distance);
      const slope = (loss(theta.with(r, value + h)) - loss(theta.with(r, value - h))) / (2 * h);
      // Relative truncation (h / distance)² ≈ 1e-10; rounding 1e-15 · |loss| / h.
      const tolerance = 1e-9 * Math.abs(slope) + 1e-13 / h;
      expect(Math.abs(thetaGradient[r] - 100 - slope), `at ${value}`).toBeLessThan(tolerance + 2e-14 * 100);
    });
  });
});

test("transforms are what their names say", () => {
  const at = (transform: Feature["transform"], theta: number) =>
    transformParameter({ parameter: 0, transform, lower: 1, upper: 5 }, theta);
  expect(at("identity", 3)).toBe(3);
  expect(at("log", 3)).toBe(Math.log(2));
  expect(at("sqrt", 5)).toBe(2);
  expect(at("logit", 3)).toBe(0);
  expect(at("logit", 4)).toBeCloseTo(Math.log(3), 14);
});

test("parameters keep to their columns", () => {
  const theta = Float64Array.of(1, -1, 2, -2, 4, -4);
  const features = fitFeatures([positive, real], theta, 3);
  expect(features.map(({ parameter }) => parameter)).toEqual([0, 0, 0, 1]);
  const out = new Float64Array(12);
  writeFeatures(features, theta, 2, 3, out);
  // The identities of a parameter and of its negative.
  for (let r = 0; r < 3; r++) expect(out[r * 4 + 3]).toBeCloseTo(-out[r * 4 + 2], 14);
  const thetaGradient = new Float64Array(6);
  pullbackFeatures(features, theta, 2, 3, Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1), thetaGradient);
  expect([...thetaGradient].filter((_, i) => i % 2 === 0)).toEqual([0, 0, 0]);
  expect(thetaGradient[1]).toBe(1 / features[3].standardDeviation);
});

test("a constant parameter is left unscaled", () => {
  expect(fitFeatures([real], Float64Array.of(2, 2, 2), 3)[0]).toMatchObject({ mean: 2, standardDeviation: 1 });
});
