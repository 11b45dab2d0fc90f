import { expect, test } from "vitest";
import { startDualAveraging, updateDualAveraging } from "../../src/adaptation/dualAveraging.ts";

/** Hoffman & Gelman (2014), §3.2, as sums over the whole history instead of recursions. */
function naive(firstStepSize: number, rates: readonly number[], target: number): { iterate: number; mean: number } {
  const mu = Math.log(10 * firstStepSize);
  const iterates = rates.map((_, index) => {
    const m = index + 1;
    // (1 - 1/(m + t0)) H + (target - rate)/(m + t0) solves to Σ (target - rate) / (m + t0).
    const errors = rates.slice(0, m).reduce((sum, rate) => sum + (target - rate), 0);
    return mu - (Math.sqrt(m) / 0.05) * (errors / (m + 10));
  });
  let mean = 0;
  for (let m = 1; m <= rates.length; m++) {
    let weight = m ** -0.75;
    for (let later = m + 1; later <= rates.length; later++) weight *= 1 - later ** -0.75;
    mean += weight * iterates[m - 1];
  }
  return { iterate: iterates[rates.length - 1], mean };
}

test("is the sum over the history", () => {
  const rates = [0, 1, 0.9, 0.3, 0.85, 0.81, 0.6, 1, 0.2, 0.75];
  let state = startDualAveraging(0.25);
  rates.forEach((rate, index) => {
    state = updateDualAveraging(state, rate, 0.8);
    const expected = naive(0.25, rates.slice(0, index + 1), 0.8);
    expect(state.logStepSize).toBeCloseTo(expected.iterate, 12);
    expect(state.meanLogStepSize).toBeCloseTo(expected.mean, 12);
  });
});

test("before any update, both step sizes are the first one", () => {
  const state = startDualAveraging(0.25);
  expect(Math.exp(state.logStepSize)).toBeCloseTo(0.25, 15);
  expect(Math.exp(state.meanLogStepSize)).toBeCloseTo(0.25, 15);
});

test("approaches the step size whose acceptance is the target, at the rate that the shrinkage allows", () => {
  // A deterministic acceptance exp(-ε): 0.8 at ε = -log 0.8, with slope ε exp(-ε) in log ε.
  const solution = -Math.log(0.8);
  const numUpdates = 2000;
  let state = startDualAveraging(1);
  for (let i = 0; i < numUpdates; i++) {
    state = updateDualAveraging(state, Math.exp(-Math.exp(state.logStepSize)), 0.8);
  }
  // Holding log ε away from μ takes a mean error γ (μ - log ε) / √m, that is an error of half as much in each new rate.
  const rateError = (0.05 * (Math.log(10) - Math.log(solution))) / (2 * Math.sqrt(numUpdates));
  const bias = rateError / (solution * Math.exp(-solution));
  expect((state.logStepSize - Math.log(solution)) / bias).toBeCloseTo(1, 1);
  // The mean looks back at earlier iterates, whose bias is a little larger.
  expect((state.meanLogStepSize - Math.log(solution)) / bias).toBeLessThan(1.5);
});
