import { meanEffectiveSampleSize } from "@poolish/mcmc";
import { expect, test } from "vitest";
import type { SampleBasedMarginal } from "../src/host/distribution.ts";
import { type CallCounts, poissonLikelihood } from "./fixtures/poissonLikelihood.ts";
import { runProgram } from "./support/webpplProgram.ts";

const counts = [3, 5, 4, 2];
const model = `function() {
  var r = gamma(2, 1);
  observe(Learned({ likelihood: chips, theta: { rate: r } }), counts);
  return r;
}`;
/** Gamma(2 + 14, 1 + 4): the posterior of the model. */
const exact = { mean: 16 / 5, sd: 4 / 5 };

function drawsOf(options: string, calls: CallCounts): Float64Array {
  const globals = { chips: poissonLikelihood(calls), counts };
  const { samples } = runProgram(`Infer({ ${options} model: ${model} })`, globals) as SampleBasedMarginal;
  return Float64Array.from(samples, ({ value }) => Number(value));
}

/**
 * Equally weighted particles after the one resampling: the weights' variance leaves a share (E w)² / E w² = 0.352 of
 * them, w = r^14 exp(-4 r) under Gamma(2, 1), and multinomial resampling adds as much as independent draws have. MH
 * steps after it can only help.
 */
const smcEffectiveSize = (draws: Float64Array) => draws.length / (1 / 0.352 + 1);
const chainEffectiveSize = (draws: Float64Array) => meanEffectiveSampleSize([draws]);

test.each([
  ["MH", "method: 'MCMC', samples: 3000, burn: 500, lag: 4,", chainEffectiveSize],
  [
    "HMC",
    "method: 'MCMC', kernel: { HMC: { steps: 10, stepSize: 0.15 } }, samples: 3000, burn: 200,",
    chainEffectiveSize,
  ],
  ["SMC", "method: 'SMC', particles: 3000, rejuvSteps: 2,", smcEffectiveSize],
])("Learned runs under stock %s", (_, options, effectiveSize) => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const draws = drawsOf(options, calls);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  // Five standard errors.
  expect(Math.abs(mean - exact.mean)).toBeLessThan((5 * exact.sd) / Math.sqrt(effectiveSize(draws)));
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
