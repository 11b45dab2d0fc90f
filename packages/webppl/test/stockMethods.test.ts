import { expect, test } from "vitest";
import type { SampleBasedMarginal } from "../src/host/distribution.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.ts";
import { runProgram } from "./support/webpplProgram.ts";

const counts = [3, 5, 4, 2];
const model = `function() {
  var r = gamma(2, 1);
  observe(Learned({ likelihood: chips, theta: { rate: r } }), counts);
  return r;
}`;
/** Gamma(2 + 14, 1 + 4): the posterior of the model. */
const exact = { mean: 16 / 5, sd: 4 / 5 };

function meanOf({ samples }: SampleBasedMarginal): number {
  return samples.reduce((sum, { value }) => sum + Number(value), 0) / samples.length;
}

// Stock methods do not estimate their own error. ESS is taken as a tenth of the draws (lag 10 for MH, measured
// integrated autocorrelation times are 3 to 6), and five standard errors are allowed.
const tolerance = (numDraws: number) => (5 * exact.sd) / Math.sqrt(numDraws / 10);

test.each([
  ["MH", "method: 'MCMC', samples: 3000, burn: 500, lag: 4,"],
  ["HMC", "method: 'MCMC', kernel: { HMC: { steps: 10, stepSize: 0.15 } }, samples: 3000, burn: 200,"],
  ["SMC", "method: 'SMC', particles: 3000, rejuvSteps: 2,"],
])("Learned runs under stock %s", (_, options) => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const globals = { chips: poissonLikelihood(calls), counts };
  const marginal = runProgram(`Infer({ ${options} model: ${model} })`, globals) as SampleBasedMarginal;
  expect(Math.abs(meanOf(marginal) - exact.mean)).toBeLessThan(tolerance(3000));
  expect(calls.bind).toBe(1);
  expect(calls.evaluate).toBeGreaterThan(3000);
});

test("forward draws one group of numTrials, or one bare trial", () => {
  const globals = { chips: poissonLikelihood() };
  const draw = (params: string) =>
    runProgram(`sample(Learned({ likelihood: chips, theta: { rate: 4 }${params} }))`, globals);
  expect(draw(", numTrials: 3")).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
  expect(draw("")).toEqual(expect.any(Number));
  const trials = draw(", numTrials: 4000") as number[];
  const mean = trials.reduce((sum, count) => sum + count, 0) / trials.length;
  // sd 2, five standard errors.
  expect(Math.abs(mean - 4)).toBeLessThan((5 * 2) / Math.sqrt(4000));
});

test("a likelihood that is called with other data in each run is bound to each of them", () => {
  const globals = { chips: poissonLikelihood() };
  const score = (trials: string) =>
    runProgram(`Learned({ likelihood: chips, theta: { rate: 4 } }).score(${trials})`, globals);
  expect(score("[3, 5]")).toBeCloseTo(Number(score("[3]")) + Number(score("5")), 12);
});
