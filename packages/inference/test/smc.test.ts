import type { Progress } from "@poolish/core";
import { type InferOptions, infer } from "@poolish/inference";
import { logGamma } from "@poolish/math";
import { gamma, learned, model, normal, poisson } from "@poolish/ppl";
import { expectRejection } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const counts = [7, 11, 9];
const [shape, rate] = [2, 0.5];
const total = counts.reduce((sum, count) => sum + count);

/** Gamma–Poisson: the posterior is Gamma(2 + 27, 0.5 + 3). */
const conjugate = model("conjugate", ({ sample, observe }) => {
  observe("y", poisson(sample("rate", gamma(shape, rate))), counts);
});

const logEvidence =
  shape * Math.log(rate) -
  logGamma(shape) +
  logGamma(shape + total) -
  (shape + total) * Math.log(rate + counts.length) -
  counts.reduce((sum, count) => sum + logGamma(count + 1), 0);

/** |t| with 19 degrees of freedom exceeds it once in 100,000. */
const ALLOWED = 6.1;

describe('method: "smc"', () => {
  test("fits with the evidence, moments and blocks for chains", async () => {
    const fit = await infer(conjugate, {}, { method: "smc", particles: 4000, chains: 4, seed: 1 });
    expect(fit).toMatchObject({ numChains: 4, numDraws: 1000, importance: undefined });
    const { evidence } = fit;
    if (evidence === undefined) throw new Error("a normalised likelihood has an evidence");
    expect(evidence.standardError).toBeGreaterThan(0);
    expect(evidence.standardError).toBeLessThan(0.1);
    expect(Math.abs(evidence.logEvidence - logEvidence) / evidence.standardError).toBeLessThan(ALLOWED);
    const [{ name, mean, sd }] = fit.summary();
    expect(name).toBe("rate");
    const exactSd = Math.sqrt(29) / 3.5;
    // Weights cost up to half of the particles a time: 8 times the variance of independent draws is generous; k = 5.
    const standardError = exactSd * Math.sqrt(8 / 4000);
    expect(Math.abs(mean - 29 / 3.5)).toBeLessThan(5 * standardError);
    expect(Math.abs(sd - exactSd)).toBeLessThan(5 * standardError);
  });

  test("says where it comes from, and what R-hat does not say", async () => {
    const fit = await infer(conjugate, {}, { method: "smc", particles: 400, chains: 2, seed: 2 });
    expect(fit.notices().filter((notice) => /R-hat and ESS say nothing about convergence/.test(notice))).toHaveLength(
      1,
    );
    expect(fit.diagnostics()).toMatchObject({ divergences: 0, eBfmi: [], maxTreeDepthHits: 0 });
    expect(fit.diagnostics().numGradients).toBeGreaterThan(400);
    const { sample_stats, posterior, attrs } = fit.toInferenceData();
    expect(attrs).toMatchObject({ sampling_method: "smc", seed: 2, tuning_steps: 0 });
    expect(Object.keys(sample_stats)).toEqual(["lp"]);
    expect(posterior.rate.shape).toEqual([2, 200]);
    expect(fit.positions(1)).toHaveLength(200);
    expect(new Set(fit.draws("rate").flatMap((block) => [...block])).size).toBe(400);
  });

  test("repeats itself, and differs by seed", async () => {
    const [first, again, other] = await Promise.all(
      [3, 3, 4].map((seed) => infer(conjugate, {}, { method: "smc", particles: 400, seed })),
    );
    expect(again.draws("rate")).toStrictEqual(first.draws("rate"));
    expect(again.evidence).toStrictEqual(first.evidence);
    expect(other.draws("rate")).not.toEqual(first.draws("rate"));
  });

  test("runs hand-written likelihoods; ratios have no evidence", async () => {
    const ratio = { ...poissonLikelihood, isNormalised: false };
    const [normalised, unnormalised] = await Promise.all(
      [poissonLikelihood, ratio].map((likelihood) => {
        const learnt = model("learnt", ({ sample, observe }) => {
          observe("y", learned(likelihood, { rate: sample("rate", gamma(shape, rate)) }), { chips: counts });
        });
        return infer(learnt, {}, { method: "smc", particles: 400, seed: 5 });
      }),
    );
    const { evidence } = normalised;
    if (evidence === undefined) throw new Error("a normalised likelihood has an evidence");
    expect(Math.abs(evidence.logEvidence - logEvidence) / evidence.standardError).toBeLessThan(ALLOWED);
    expect(unnormalised.evidence).toBeUndefined();
    expect(unnormalised.draws("rate")).toStrictEqual(normalised.draws("rate"));
  });

  test("tells of each temperature, to the end", async () => {
    const reports: Progress[] = [];
    const onProgress = (progress: Progress) => reports.push(progress);
    await infer(conjugate, {}, { method: "smc", particles: 400, seed: 6, onProgress });
    expect(reports.length).toBeGreaterThan(1);
    expect(reports.at(-1)).toMatchObject({ task: "smc", done: 1000, total: 1000 });
  });

  test("is cancelled between temperatures", async () => {
    const abort = new AbortController();
    const work = () =>
      infer(conjugate, {}, { method: "smc", seed: 7, signal: abort.signal, onProgress: () => abort.abort() });
    await expectRejection(work, { kind: "cancelled" });
  });

  test("says that nothing in the prior explains the data", async () => {
    const hopeless = model("hopeless", ({ sample, factor }) => factor(sample("x", normal(0, 1)).square().neg().log()));
    const work = () => infer(hopeless, {}, { method: "smc", particles: 400, seed: 8 });
    await expectRejection(
      work,
      { kind: "numerical", field: "hopeless" },
      /none of 40000 draws .* finite log-likelihood/,
    );
  });

  test.each<[string, Partial<InferOptions>, RegExp]>([
    ["particles", { particles: 100 }, /at least 200, got 100/],
    ["particles", { particles: 1001 }, /1001 do not fill 4 blocks/],
    ["chains", { chains: 1 }, /at least 2, got 1/],
    ["draws", { draws: 1000 }, /draws particles in place/],
    ["particles", { method: "nuts", particles: 1000 }, /method "nuts" has none/],
  ])("refuses %s %o", async (field, wrong, words) => {
    const work = () => infer(conjugate, {}, { method: "smc", seed: 1, ...wrong });
    await expectRejection(work, { kind: "input", field }, words);
  });
});
