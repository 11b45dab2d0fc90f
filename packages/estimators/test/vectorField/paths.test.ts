import { expect, test } from "vitest";
import { convertField, type FieldForm } from "../../src/vectorField/path/convert.ts";
import { angleAt, angleRate, diffusion, drift, spreadAt } from "../../src/vectorField/path/noisePath.ts";
import { PATH_NAMES, paths } from "../../src/vectorField/path/paths.ts";

const places = [0.001, 0.02, 0.2, 0.5, 0.8, 0.98, 0.999];

function timesOf(name: (typeof PATH_NAMES)[number]): number[] {
  const [first, last] = paths[name].times;
  return places.map((place) => first + place * (last - first));
}

test.each(PATH_NAMES)("%s: the rates are the derivatives of mean, scale and angle", (name) => {
  const path = paths[name];
  for (const t of timesOf(name)) {
    const step = 1e-6 * t;
    const slope = (f: (t: number) => number): number => (f(t + step) - f(t - step)) / (2 * step);
    expect(path.meanRate(t)).toBeCloseTo(slope(path.mean), 5);
    expect(path.scaleRate(t) / slope(path.scale)).toBeCloseTo(1, 6);
    expect(angleRate(path, t) / slope((at) => angleAt(path, at))).toBeCloseTo(1, 6);
  }
});

test.each(PATH_NAMES)("%s: the stochastic equation has the path's marginals", (name) => {
  const path = paths[name];
  for (const t of timesOf(name)) {
    // Moments of dz = f z dt + g dW: mean′ = f·mean, (scale²)′ = 2 f·scale² + g².
    expect(drift(path, t) * path.mean(t)).toBeCloseTo(path.meanRate(t), 10);
    const variance = 2 * drift(path, t) * path.scale(t) ** 2 + diffusion(path, t) ** 2;
    expect(variance / (2 * path.scale(t) * path.scaleRate(t))).toBeCloseTo(1, 9);
  }
});

test.each(PATH_NAMES)("%s: from data to noise", (name) => {
  const path = paths[name];
  const [first, last] = path.times.map((t) => angleAt(path, t));
  expect(first).toBeLessThan(0.005);
  expect(last).toBeGreaterThan(Math.PI / 2 - 0.011);
});

test.each(PATH_NAMES)("%s: every form of a field gives every other to 1e-6", (name) => {
  const path = paths[name];
  const forms: FieldForm[] = ["data", "noise", "score", "velocity", "turn"];
  for (const t of timesOf(name)) {
    const z = 0.7 * spreadAt(path, t);
    const known = convertField(path, t, z, "turn", 0.31);
    for (const form of forms) {
      const again = convertField(path, t, z, form, known[form]);
      for (const other of forms) {
        expect(Math.abs(again[other] - known[other])).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(known[other])));
      }
    }
  }
});

test.each(PATH_NAMES)("%s: the forms of Gaussian data are the closed ones", (name) => {
  const path = paths[name];
  const deviation = 0.4;
  const centre = 1.3;
  for (const t of timesOf(name)) {
    const [mean, scale] = [path.mean(t), path.scale(t)];
    const variance = (mean * deviation) ** 2 + scale ** 2;
    const z = mean * centre + 1.1 * Math.sqrt(variance);
    const score = -(z - mean * centre) / variance;
    const field = convertField(path, t, z, "score", score);
    // Of p(z₀ | z), and of the flow that carries N(mean·centre, variance) along.
    expect(field.data).toBeCloseTo(centre + ((mean * deviation ** 2) / variance) * (z - mean * centre), 6);
    expect(field.noise).toBeCloseTo((scale / variance) * (z - mean * centre), 6);
    const growth = (path.meanRate(t) * mean * deviation ** 2 + scale * path.scaleRate(t)) / variance;
    const velocity = path.meanRate(t) * centre + growth * (z - mean * centre);
    expect(Math.abs(field.velocity - velocity)).toBeLessThan(1e-6 * Math.max(1, Math.abs(velocity)));
    // Probability flow: velocity = f z − g²/2 · score (Song et al. 2021, eq. 13).
    const flow = drift(path, t) * z - 0.5 * diffusion(path, t) ** 2 * score;
    expect(Math.abs(field.velocity - flow)).toBeLessThan(1e-6 * Math.max(1, Math.abs(flow)));
  }
});

test.each(PATH_NAMES)("%s: standard normal data do not turn", (name) => {
  const path = paths[name];
  for (const t of timesOf(name)) {
    const z = 0.9 * spreadAt(path, t);
    expect(convertField(path, t, z, "score", -z / spreadAt(path, t) ** 2).turn).toBeCloseTo(0, 6);
  }
});
