import { rngFromSeed } from "@poolish/core";
import { logGamma, standardNormal } from "@poolish/math";
import { expect, test } from "vitest";
import { drawFromMixture, type Mixture, mixtureLogDensity } from "../../src/smc/mixture.ts";
import { fitMixture } from "../../src/smc/mixtureFit.ts";

const single: Mixture = {
  dim: 1,
  weights: Float64Array.of(1),
  means: Float64Array.of(2),
  factors: Float64Array.of(3),
  whiteners: Float64Array.of(1 / 3),
};

test("one component in one dimension is Student's t with 8 degrees of freedom", () => {
  const constant = logGamma(4.5) - logGamma(4) - 0.5 * Math.log(8 * Math.PI) - Math.log(3);
  const logDensity = mixtureLogDensity(single);
  for (const x of [-20, 0, 2, 5]) {
    expect(logDensity(Float64Array.of(x))).toBeCloseTo(constant - 4.5 * Math.log1p(((x - 2) / 3) ** 2 / 8), 12);
  }
});

test("draws follow the density: E[q(x) / p(x)] is 1 for another mixture q", () => {
  const two: Mixture = {
    dim: 2,
    weights: Float64Array.of(0.25, 0.75),
    means: Float64Array.of(-2, 0, 2, 1),
    factors: Float64Array.of(1, 0, 0.5, 1, 2, 0, 0, 1),
    whiteners: Float64Array.of(1, 0, -0.5, 1, 0.5, 0, 0, 1),
  };
  const other = { ...two, weights: Float64Array.of(0.6, 0.4) };
  const [p, q] = [mixtureLogDensity(two), mixtureLogDensity(other)];
  const rng = rngFromSeed(1);
  const x = new Float64Array(2);
  const count = 20_000;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    drawFromMixture(two, rng, x);
    const ratio = Math.exp(q(x) - p(x));
    sum += ratio;
    squares += ratio * ratio;
  }
  const mean = sum / count;
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt((squares / count - mean * mean) / count));
});

test("a fit finds two separate clusters with their masses", () => {
  const rng = rngFromSeed(2);
  const numRows = 2000;
  const sample = Float64Array.from({ length: 2 * numRows }, (_, i) => (i < numRows ? -10 : 10) + standardNormal(rng));
  const mixture = fitMixture(sample, 2, rng);
  if (mixture === undefined) throw new Error("no fit");
  const left = mixture.weights.reduce((sum, weight, k) => sum + (mixture.means[2 * k] < 0 ? weight : 0), 0);
  expect(left).toBeCloseTo(0.5, 6);
  const logDensity = mixtureLogDensity(mixture);
  expect(logDensity(Float64Array.of(10, 10))).toBeGreaterThan(logDensity(Float64Array.of(0, 0)) + 10);
});

test("there is no fit to too few rows, or to rows in a line", () => {
  expect(fitMixture(new Float64Array(20).fill(1), 2, rngFromSeed(3))).toBeUndefined();
  expect(fitMixture(new Float64Array(2000), 2, rngFromSeed(3))).toBeUndefined();
});
