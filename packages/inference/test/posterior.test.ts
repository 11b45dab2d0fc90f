import { type Likelihood, rngFromSeed } from "@poolish/core";
import { type Posterior, posterior } from "@poolish/inference";
import { gamma, normal, uniform } from "@poolish/ppl";
import { expectMeanWithin, expectRejection } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const chips = [3, 5, 2, 9];
const prior = { rate: gamma(2, 0.5) };
const problem = { likelihood: poissonLikelihood, prior, x: chips };
/** Gamma(2 + Σx, 0.5 + n). */
const exact = gamma(2 + 19, 0.5 + 4);
const options = { seed: 5, chains: 2, warmup: 500, draws: 1000, workers: 1 };

let result: Posterior;
beforeAll(async () => {
  result = await posterior(problem, options);
});

test("draws are those of the conjugate posterior", () => {
  expect(result.parameters).toEqual(["rate"]);
  expect(result.draws.numRows).toBe(2000);
  const [{ name, mean, mcse }] = result.fit.summary();
  expect(name).toBe("rate");
  expectMeanWithin({ estimate: mean, standardError: mcse, expected: 21 / 4.5 });
});

test("the density is the exact one up to a constant, and -Infinity off the prior's support", () => {
  const constant = result.logDensity([4]) - exact.logProb(4);
  for (const rate of [0.3, 2, 7.7, 30]) {
    expect(result.logDensity([rate]) - exact.logProb(rate)).toBeCloseTo(constant, 10);
  }
  expect(result.logDensity([-1])).toBe(-Infinity);
  expect(() => result.logDensity([1, 2])).toThrowError(expect.objectContaining({ field: "theta" }));
});

test("particles of SMC normalise it", async () => {
  const smc = await posterior(problem, { method: "smc", particles: 2000, seed: 6, workers: 1 });
  const { standardError } = smc.fit.evidence ?? { standardError: Number.NaN };
  expectMeanWithin({ estimate: smc.logProb([5]), standardError, expected: exact.logProb(5) });
  expect(() => result.logProb([5])).toThrowError(expect.objectContaining({ field: "logProb" }));
});

test("samples are draws of the fit, by the stream alone", () => {
  const drawn = result.sample(rngFromSeed(1), 500);
  expect(drawn).toEqual(result.sample(rngFromSeed(1), 500));
  const all = new Set(result.draws.columns.rate);
  expect(drawn.every((rate) => all.has(rate))).toBe(true);
  expect(new Set(drawn).size).toBeGreaterThan(350);
});

test("several parameters keep the likelihood's order, whatever the prior's", async () => {
  const shifted: Likelihood = {
    ...poissonLikelihood,
    parameters: ["scale", "shift"].map((name) => ({ ...poissonLikelihood.parameters[0], name })),
    bind(columns) {
      const x = Array.from(columns.chips);
      let theta = new Float64Array(2);
      return {
        numTerms: x.length,
        multiplicity: new Float64Array(x.length).fill(1),
        termOfTrial: Int32Array.from(x, (_, i) => i),
        evaluate(values, logTerms) {
          theta = values.slice();
          x.forEach((value, i) => {
            logTerms[i] = -0.5 * ((value - theta[1]) / theta[0]) ** 2 - Math.log(theta[0]);
          });
        },
        pullback(adjoint, gradient) {
          x.forEach((value, i) => {
            const z = (value - theta[1]) / theta[0];
            gradient[0] += (adjoint[i] * (z * z - 1)) / theta[0];
            gradient[1] += (adjoint[i] * z) / theta[0];
          });
        },
      };
    },
    toDescriptor: () => ({ kind: "inline", name: "shifted" }),
  };
  const both = await posterior(
    { likelihood: shifted, prior: { shift: normal(0, 3), scale: uniform(0, 10) }, x: { chips } },
    { ...options, draws: 200 },
  );
  expect(both.parameters).toEqual(["scale", "shift"]);
  const expected = chips.reduce((sum, x) => sum - 0.5 * ((x - 4) / 2) ** 2 - Math.log(2), 0);
  expect(both.logDensity([2, 4])).toBeCloseTo(expected + normal(0, 3).logProb(4) - Math.log(10), 10);
  const row = both.sample(rngFromSeed(3), 1);
  expect(both.draws.columns.scale).toContain(row[0]);
  expect(both.draws.columns.shift).toContain(row[1]);
});

describe("refuses", () => {
  test.each([
    ["prior.rate", { ...problem, prior: {} }],
    ["prior.size", { ...problem, prior: { ...prior, size: gamma(1, 1) } }],
    ["x.chips", { ...problem, x: { crumbs: chips } }],
  ])("%s", async (field, wrong) => {
    await expectRejection(
      () => posterior(wrong as typeof problem, options),
      { kind: "input" },
      new RegExp(field.split(".")[1]),
    );
  });
});
