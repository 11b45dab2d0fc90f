import type { Likelihood } from "@poolish/core";
import { type Fit, infer, posteriorPredictive } from "@poolish/inference";
import { gamma, learned, model } from "@poolish/ppl";
import { expectMeanWithin, expectRejection } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { cookieData, cookieModel } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const options = { seed: 12, chains: 2, warmup: 500, draws: 1000, workers: 1 };
let fit: Fit;
beforeAll(async () => {
  fit = await infer(cookieModel(poissonLikelihood), cookieData, options);
});

const request = { site: "chips", count: 40, seed: 1 };

test("gives count data sets of the trials' shape", () => {
  const { count, numTrials, numColumns, values } = posteriorPredictive(fit, request);
  expect({ count, numTrials, numColumns, length: values.length }).toEqual({
    count: 40,
    numTrials: 15,
    numColumns: 1,
    length: 600,
  });
  expect(values.every((chips) => Number.isInteger(chips) && chips >= 0)).toBe(true);
});

test("depends on its seed alone", () => {
  const { values } = posteriorPredictive(fit, request);
  expect(posteriorPredictive(fit, request).values).toEqual(values);
  expect(posteriorPredictive(fit, { ...request, seed: 2 }).values).not.toEqual(values);
});

test("hands each trial the θ of its group, from draws spread evenly over the chains", () => {
  const echo: Likelihood = { ...poissonLikelihood, sample: (_rng, theta, _count, out) => out.set(theta) };
  const { values } = posteriorPredictive({ ...fit, likelihoods: [echo] }, request);
  const rates = ["north", "east", "south"].map((label) => fit.draws(`rate[${label}]`));
  for (let i = 0; i < 40; i++) {
    const expected = cookieData.location.map((j) => rates[j][Math.floor(i / 20)][(i % 20) * 50]);
    expect([...values.subarray(i * 15, (i + 1) * 15)]).toEqual(expected);
  }
});

test("has the mean of the posterior predictive, (shape + Σx) / (rate + n)", async () => {
  const chips = [3, 5, 2, 9];
  const conjugate = model("conjugate", ({ sample, observe }) => {
    observe("chips", learned(poissonLikelihood, { rate: sample("rate", gamma(2, 0.5)) }), { chips });
  });
  const small = await infer(conjugate, {}, options);
  const count = small.numChains * small.numDraws;
  const { values } = posteriorPredictive(small, { ...request, count });
  const expected = (2 + 19) / (0.5 + 4);
  const [{ mcse }] = small.summary();
  expectMeanWithin({
    estimate: values.reduce((sum, value) => sum + value, 0) / values.length,
    // Error of the draws' mean rate, and of Poisson counts (variance = rate) given the rates.
    standardError: Math.sqrt(mcse ** 2 + expected / values.length),
    expected,
  });
});

describe("refuses", () => {
  const refusing = (of: Fit, wrong: Partial<typeof request>) => async () =>
    posteriorPredictive(of, { ...request, ...wrong });

  test.each([
    ["count", { count: 0 }],
    ["count", { count: 1.5 }],
    ["seed", { seed: -1 }],
  ])("%s %o", async (field, wrong) => {
    await expectRejection(refusing(fit, wrong), { kind: "input", field });
  });

  test("a site that no learned likelihood explains", async () => {
    await expectRejection(refusing(fit, { site: "rate" }), { kind: "input", field: "rate" }, /sites are chips/);
  });

  test("a likelihood that cannot be sampled", async () => {
    await expectRejection(
      refusing({ ...fit, likelihoods: [withoutSample(poissonLikelihood)] }, {}),
      { kind: "input", field: "chips" },
      /cannot be sampled.*simulator/,
    );
  });
});

function withoutSample({ sample: _sample, ...rest }: Likelihood): Likelihood {
  return { ...rest, isNormalised: false };
}
