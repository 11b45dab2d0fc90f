import { type Rng, rngFromSeed } from "@poolish/core";
import { expect, test } from "vitest";
import { binomialVariate, logFactorial, poissonVariate } from "../src/index.ts";

const COUNT = 50_000;

/**
 * PTRS without its quick acceptance and rejection: every proposal meets the exact test. The squeeze is a short cut only
 * if both take the same decisions, hence the same draws from the same stream.
 */
function slowPoisson(rng: Rng, rate: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (count < 0) continue;
    const logMass = count * Math.log(rate) - rate - logFactorial(count);
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= logMass) return count;
  }
}

/** BTRS without its quick acceptance, for probability ≤ 1/2. */
function slowBinomial(rng: Rng, trials: number, probability: number): number {
  const spread = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const mode = Math.floor((trials + 1) * probability);
  const logMass = (count: number): number =>
    count * Math.log(probability / (1 - probability)) - logFactorial(count) - logFactorial(trials - count);
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + trials * probability + 0.5);
    if (count < 0 || count > trials) continue;
    const logProposal = Math.log((v * (2.83 + 5.1 / b) * spread) / (a / (us * us) + b));
    if (logProposal <= logMass(count) - logMass(mode)) return count;
  }
}

/** In how many of COUNT draws, each from a stream of its own, the two differ. */
function disagreements(seed: number, fast: (rng: Rng) => number, slow: (rng: Rng) => number): number {
  const root = rngFromSeed(seed);
  let different = 0;
  for (let i = 0; i < COUNT; i++) if (fast(root.foldIn(i)) !== slow(root.foldIn(i))) different++;
  return different;
}

test.each([10, 11.3, 17, 60, 1234.5])("the squeeze of poissonVariate changes no draw at rate %d", (rate) => {
  expect(
    disagreements(
      31,
      (rng) => poissonVariate(rng, rate),
      (rng) => slowPoisson(rng, rate),
    ),
  ).toBe(0);
});

test.each([
  [20, 0.5],
  [40, 0.25],
  [400, 0.3],
  [50_000, 0.002],
])("the squeeze of binomialVariate changes no draw at (%d, %d)", (trials, probability) => {
  expect(
    disagreements(
      32,
      (rng) => binomialVariate(rng, trials, probability),
      (rng) => slowBinomial(rng, trials, probability),
    ),
  ).toBe(0);
});
