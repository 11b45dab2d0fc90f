import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { convertField } from "../../src/vectorField/path/convert.ts";
import { angleAt, spreadAt } from "../../src/vectorField/path/noisePath.ts";
import { PATH_NAMES, paths } from "../../src/vectorField/path/paths.ts";
import type { Denoise } from "../../src/vectorField/sampling/denoise.ts";
import { dormandPrince } from "../../src/vectorField/sampling/dormandPrince.ts";
import { drawBySde } from "../../src/vectorField/sampling/drawBySde.ts";
import { fixedSteps } from "../../src/vectorField/sampling/fixedSteps.ts";
import { noiseLevels } from "../../src/vectorField/sampling/noiseLevels.ts";

const CENTRE = 0.8;
const DEVIATION = 0.3;

/** The turn of a field for data N(CENTRE, DEVIATION²): from the score at the angle, on the path with mean 1. */
function gaussianTurn(angle: number, u: number): number {
  const [mean, scale] = [Math.cos(angle), Math.sin(angle)];
  const variance = (mean * DEVIATION) ** 2 + scale ** 2;
  const noise = (scale / variance) * (u - mean * CENTRE);
  const data = CENTRE + ((mean * DEVIATION ** 2) / variance) * (u - mean * CENTRE);
  return mean * noise - scale * data;
}

const gaussianSlope = (angle: number, u: Float64Array, turn: Float64Array): void => {
  for (let i = 0; i < u.length; i++) turn[i] = gaussianTurn(angle, u[i]);
};

/** E[data | x] for x = data + noise·ε. */
const gaussianDenoise: Denoise = (x, noise, data) => {
  const share = DEVIATION ** 2 / (DEVIATION ** 2 + noise ** 2);
  for (let i = 0; i < x.length; i++) data[i] = CENTRE + share * (x[i] - CENTRE);
};

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
  return { mean, deviation: Math.sqrt(variance) };
}

test("dormandPrince follows known solutions within its tolerance, either way", () => {
  for (const tolerance of [1e-3, 1e-6, 1e-9]) {
    const y = Float64Array.of(1, 2);
    const slope = (t: number, at: Float64Array, out: Float64Array): void => {
      out[0] = at[0] * Math.cos(t);
      out[1] = -3 * at[1];
    };
    const evaluations = dormandPrince(slope, 0, 2, y, { tolerance });
    expect(Math.abs(y[0] - Math.exp(Math.sin(2)))).toBeLessThan(30 * tolerance);
    expect(Math.abs(y[1] - 2 * Math.exp(-6))).toBeLessThan(30 * tolerance);
    expect(evaluations).toBeLessThan(800);
    dormandPrince(slope, 2, 0, y, { tolerance });
    expect(Math.abs(y[0] - 1)).toBeLessThan(60 * tolerance);
  }
});

test("a slope that is not a number leaves none", () => {
  const y = Float64Array.of(1);
  dormandPrince((_, _y, slope) => slope.fill(Number.NaN), 0, 1, y, { tolerance: 1e-3 });
  expect(y[0]).toBeNaN();
});

test("a number that is lost on the way does not take the others with it", () => {
  const y = Float64Array.of(1, 1, 1);
  const slope = (t: number, at: Float64Array, out: Float64Array): void => {
    out[0] = -at[0];
    out[1] = Number.NaN;
    out[2] = t > 0.5 ? Infinity : 0;
  };
  dormandPrince(slope, 0, 1, y, { tolerance: 1e-6 });
  expect(Math.abs(y[0] - Math.exp(-1))).toBeLessThan(1e-5);
  expect(y[1]).toBeNaN();
  expect(Number.isFinite(y[2])).toBe(false);
});

test.each(PATH_NAMES)("%s: the ODE carries each point of noise to its place, exactly", (name) => {
  const path = paths[name];
  const [first, last] = path.times.map((t) => angleAt(path, t));
  const rng = rngFromSeed(1);
  const start = Float64Array.from({ length: 200 }, () => standardNormal(rng));
  // Of Gaussians the flow is affine: points keep their standardised place.
  const placeAt = (angle: number, u: number): number =>
    (u - Math.cos(angle) * CENTRE) / Math.hypot(Math.cos(angle) * DEVIATION, Math.sin(angle));
  const u = start.slice();
  dormandPrince(gaussianSlope, last, first, u, { tolerance: 1e-8 });
  for (let i = 0; i < u.length; i++)
    expect(Math.abs(placeAt(first, u[i]) - placeAt(last, start[i]))).toBeLessThan(1e-5);
});

test("fixed steps are of the third order: half as long, they err an eighth as much", () => {
  const start = Float64Array.of(-1.5, -0.4, 0.3, 1.2);
  const exact = start.slice();
  dormandPrince(gaussianSlope, Math.PI / 2, 0, exact, { tolerance: 1e-10 });
  const errorOf = (numSteps: number): number => {
    const u = start.slice();
    fixedSteps(gaussianSlope, 0, Math.PI / 2, u, numSteps);
    return Math.hypot(...u.map((value, i) => value - exact[i]));
  };
  // 8 but for terms of higher orders; a second-order method has 4.
  expect(errorOf(16) / errorOf(32)).toBeGreaterThan(6.5);
  expect(errorOf(16) / errorOf(32)).toBeLessThan(9.5);
  // The default: a hundredth of the baseline's standard deviation is what 4,000 draws cannot show (1 / √4000 = .016).
  expect(errorOf(8)).toBeLessThan(0.01);
});

test.each(PATH_NAMES)("%s: its turn is that of the angle alone", (name) => {
  const path = paths[name];
  for (const place of [0.05, 0.4, 0.9]) {
    const t = path.times[0] + place * (path.times[1] - path.times[0]);
    const [mean, scale, spread] = [path.mean(t), path.scale(t), spreadAt(path, t)];
    const z = mean * CENTRE + 0.7 * scale;
    const score = -(z - mean * CENTRE) / ((mean * DEVIATION) ** 2 + scale ** 2);
    const { turn } = convertField(path, t, z, "score", score);
    expect(turn).toBeCloseTo(gaussianTurn(angleAt(path, t), z / spread), 6);
  }
});

test.each([
  [64, 0],
  [64, 1],
  [200, 0],
])("the SDE in %i steps with %i corrections has the moments of Gaussian data", (steps, corrections) => {
  const count = 20_000;
  const rng = rngFromSeed(2);
  const levels = noiseLevels(0, Math.PI / 2, steps);
  const x = Float64Array.from({ length: count }, () => CENTRE + Math.hypot(DEVIATION, levels[0]) * standardNormal(rng));
  drawBySde(rng, gaussianDenoise, x, { levels, corrections });
  const { mean, deviation } = momentsOf(x);
  expect(Math.abs(mean - CENTRE)).toBeLessThan(4 * (DEVIATION / Math.sqrt(count)));
  // Four standard errors, and 1 % for the steps: the solver is of second order.
  expect(Math.abs(deviation / DEVIATION - 1)).toBeLessThan(4 / Math.sqrt(2 * count) + 0.01);
});

test("noise levels fall from the largest to 0 within the field's angles", () => {
  const levels = noiseLevels(0.01, 1.5, 10);
  expect(levels.length).toBe(11);
  expect(levels[0]).toBeCloseTo(Math.tan(1.5), 10);
  expect(levels[9]).toBeCloseTo(Math.tan(0.01), 10);
  expect(levels[10]).toBe(0);
  for (let k = 0; k < 10; k++) expect(levels[k + 1]).toBeLessThan(levels[k]);
});
