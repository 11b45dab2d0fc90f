import { rngFromSeed } from "@poolish/core";
import { logistic } from "@poolish/math";
import {
  distractorDesign,
  expectMeanWithin,
  glmDesign,
  parseSbibmTable,
  sbibmSimulator,
  sbibmTask,
} from "@poolish/testkit";
import { expect, test } from "vitest";
import { moments } from "./statisticsOfRows.ts";

test("two moons: the score has the mean that the flux through the crescent's straight edge gives it", () => {
  const task = sbibmTask("two_moons");
  const theta = Float64Array.of(0.3, 0.4);
  const x = new Float64Array(2);
  const gradient = new Float64Array(2);
  const rng = rngFromSeed(21);
  const across: number[] = [];
  const along: number[] = [];
  const information: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    task.simulate(rng, theta, x);
    const value = task.logLikelihood(theta, x, gradient);
    along.push((gradient[0] + gradient[1]) / Math.SQRT2);
    across.push((gradient[1] - gradient[0]) / Math.SQRT2);
    information.push(value);
  }
  // Along θ₁ + θ₂ the density only moves: the mean score is ∫ ∂p/∂u over u > 0, minus the density on the edge u = 0.
  // E over r ~ Normal(0.1, 0.01) by a fine sum; angle and radius are independent, E cos = 2 / π.
  let inverse = 0;
  let logRadius = 0;
  let total = 0;
  for (let k = -800; k <= 800; k++) {
    const weight = Math.exp(-0.5 * (k / 100) ** 2);
    const radius = 0.1 + (0.01 * k) / 100;
    total += weight;
    inverse += weight / radius;
    logRadius += weight * Math.log(radius);
  }
  const expected = {
    along: (-2 / Math.PI) * (inverse / total),
    across: 0,
    information: -Math.log(Math.PI * 0.01 * Math.sqrt(2 * Math.PI)) - 0.5 - logRadius / total,
  };
  for (const [name, values] of Object.entries({ along, across, information })) {
    const { mean, standardError } = moments(values);
    const wanted = expected[name as keyof typeof expected];
    expectMeanWithin({ name, estimate: mean, standardError, expected: wanted, numComparisons: 3 });
  }
});

test("two moons: no density on the far side of the crescent's edge", () => {
  const task = sbibmTask("two_moons");
  expect(task.logLikelihood(Float64Array.of(0, 0), Float64Array.of(0.24, 0.1), new Float64Array(2))).toBe(-Infinity);
});

test("the likelihood of raw spikes is the product over the spikes", () => {
  const task = sbibmTask("bernoulli_glm_raw");
  const design = glmDesign();
  const theta = new Float64Array(10);
  const y = new Float64Array(100);
  const rng = rngFromSeed(22);
  task.samplePrior(rng, theta);
  task.simulate(rng, theta, y);
  const expected = y.reduce((sum, spike, t) => {
    const probability = logistic(theta.reduce((dot, value, p) => dot + value * design[10 * t + p], 0));
    return sum + Math.log(spike === 1 ? probability : 1 - probability);
  }, 0);
  expect(task.logLikelihood(theta, y, new Float64Array(10))).toBeCloseTo(expected, 9);
});

test("the noise of the distractors has the marginals of its mixture, and of its sum", () => {
  const task = sbibmTask("slcp_distractors");
  const { components, permutation } = distractorDesign();
  const numDraws = 1500;
  const theta = Float64Array.of(0, 0, 1, 1, 0);
  const x = new Float64Array(100);
  const rng = rngFromSeed(23);
  const draws = Array.from({ length: numDraws }, () => {
    task.simulate(rng, theta, x);
    const noise = new Float64Array(92);
    permutation.forEach((number, c) => {
      if (number >= 8) noise[number - 8] = x[c];
    });
    return noise;
  });
  const directions = [...Array.from({ length: 92 }, (_, i) => (j: number) => (i === j ? 1 : 0)), () => 1];
  for (const [index, weight] of directions.entries()) {
    // Distribution function of Student's t with 2 degrees of freedom; a combination w of the vector has scale |Lᵀw|.
    const below = (bound: number): number =>
      components.reduce((sum, { location, scale }) => {
        const centre = location.reduce((dot, value, j) => dot + weight(j) * value, 0);
        let square = 0;
        for (let k = 0; k < 92; k++) {
          let dot = 0;
          for (let j = k; j < 92; j++) dot += weight(j) * scale[92 * j + k];
          square += dot * dot;
        }
        const t = (bound - centre) / Math.sqrt(square);
        return sum + (0.5 + t / (2 * Math.sqrt(2 + t * t))) / 20;
      }, 0);
    for (const bound of [-30, 20]) {
      const probability = below(bound);
      const hits = draws.filter((row) => row.reduce((dot, value, j) => dot + weight(j) * value, 0) <= bound).length;
      const standardError = Math.sqrt((probability * (1 - probability)) / numDraws);
      const name = `direction ${index} below ${bound}`;
      const numComparisons = 2 * directions.length;
      expectMeanWithin({ name, estimate: hits / numDraws, standardError, expected: probability, numComparisons });
    }
  }
});

test("Lotka–Volterra stays finite all over the prior", () => {
  const task = sbibmTask("lotka_volterra");
  const theta = new Float64Array(4);
  const x = new Float64Array(20);
  const gradient = new Float64Array(4);
  const rng = rngFromSeed(24);
  for (let i = 0; i < 500; i++) {
    task.samplePrior(rng, theta);
    task.simulate(rng, theta, x);
    expect(x.every((value) => value > 0 && value < Infinity)).toBe(true);
    expect(Number.isFinite(task.logLikelihood(theta, x, gradient))).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  }
});

test("a task passes for a simulator: names and columns in order", () => {
  const simulator = sbibmSimulator(sbibmTask("sir"));
  expect(simulator.name).toBe("sir");
  expect(simulator.parameters).toEqual(["beta", "gamma"]);
  expect(simulator.columns.map(({ kind }) => kind)).toEqual(Array(10).fill("count"));
});

test("an unknown task, a broken table and data that SIR cannot explain are refused with names and rows", () => {
  expect(() => sbibmTask("three_moons")).toThrow(/three_moons.*Choose one of gaussian_linear/s);
  expect(() => parseSbibmTable("a,b\n1,2\n3\n")).toThrow(/row 1/);
  expect(() => parseSbibmTable("a,b\n1,nan\n")).toThrow(/row 0/);
  const tests = Float64Array.of(0, 0, 1.5, 0, 0, 0, 0, 0, 0, 0);
  expect(() => sbibmTask("sir").logLikelihood(Float64Array.of(0.4, 0.1), tests, new Float64Array(2))).toThrow("data_3");
});
