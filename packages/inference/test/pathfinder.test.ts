import { type Progress, rngFromSeed } from "@poolish/core";
import { infer } from "@poolish/inference";
import { standardNormal } from "@poolish/math";
import { model, normal, uniform } from "@poolish/ppl";
import { expectMeanWithin, expectRejection } from "@poolish/testkit";
import { expect, test } from "vitest";

interface LineData {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A normal regression with known noise: its posterior is normal. */
const line = model<LineData>("line", ({ sample, observe }, { x, y }) => {
  const intercept = sample("intercept", normal(0, 10));
  const slope = sample("slope", normal(0, 10));
  observe("y", normal(slope.mul(x).add(intercept), 0.5), y);
});
const rng = rngFromSeed(31);
const x = Array.from({ length: 40 }, (_, i) => i / 20);
const data: LineData = { x, y: x.map((value) => 1 + 2 * value + 0.5 * standardNormal(rng)) };

/** Mean and covariance of (intercept, slope) given the data, by the normal equations. */
function exactPosterior(): { readonly mean: readonly number[]; readonly sd: readonly number[] } {
  const sum = (of: (x: number, y: number) => number) =>
    data.x.reduce((total, each, i) => total + of(each, data.y[i]), 0);
  const [a, b, d] = [40 / 0.25 + 0.01, sum((x) => x) / 0.25, sum((x) => x * x) / 0.25 + 0.01];
  const [u, v] = [sum((_, y) => y) / 0.25, sum((x, y) => x * y) / 0.25];
  const determinant = a * d - b * b;
  const mean = [(d * u - b * v) / determinant, (a * v - b * u) / determinant];
  return { mean, sd: [Math.sqrt(d / determinant), Math.sqrt(a / determinant)] };
}

test("a normal posterior comes out in equal blocks, with a small k-hat and nothing to note", async () => {
  const reports: Progress[] = [];
  const onProgress = (progress: Progress) => reports.push(progress);
  const fit = await infer(line, data, { method: "pathfinder", seed: 4, chains: 4, draws: 1000, onProgress });
  const { mean, sd } = exactPosterior();
  fit.summary().forEach((summary, i) => {
    // The weights vary little, so that the draws are nearly independent.
    expect(summary.essBulk).toBeGreaterThan(2000);
    const standardError = sd[i] / Math.sqrt(summary.essBulk);
    const common = { standardError, numComparisons: 4 };
    expectMeanWithin({ ...common, name: summary.name, estimate: summary.mean, expected: mean[i] });
    expectMeanWithin({ ...common, name: `sd of ${summary.name}`, estimate: summary.sd, expected: sd[i] });
  });
  expect(fit.importance?.kHat).toBeLessThan(0.5);
  expect(fit.notices()).toEqual([]);
  expect([fit.numChains, fit.numDraws]).toEqual([4, 1000]);
  expect(fit.diagnostics()).toMatchObject({ divergences: 0, maxTreeDepthHits: 0, eBfmi: [] });
  expect(fit.diagnostics().numGradients).toBeGreaterThan(8000);
  expect(reports.map(({ done, total }) => `${done}/${total}`)).toEqual(
    Array.from({ length: 8 }, (_, i) => `${i + 1}/8`),
  );
});

test("the result says where it comes from, and has no statistics of trajectories", async () => {
  const fit = await infer(line, data, { method: "pathfinder", seed: 4, draws: 10 });
  const { attrs, sample_stats, posterior } = fit.toInferenceData();
  expect(attrs).toMatchObject({ sampling_method: "pathfinder", tuning_steps: 0 });
  expect(Object.keys(sample_stats)).toEqual(["lp"]);
  expect(posterior.slope.shape).toEqual([4, 10]);
});

test("a funnel is noted as not to be trusted", async () => {
  const funnel = model("funnel", ({ sample, plate }) => {
    const scale = sample("logScale", normal(0, 3)).exp();
    plate("group", 30, () => sample("x", normal(0, scale)));
  });
  const fit = await infer(funnel, {}, { method: "pathfinder", seed: 6, draws: 250 });
  expect(fit.importance?.kHat).toBeGreaterThan(0.7);
  expect(fit.notices().join("\n")).toMatch(/Pareto k-hat is .*approximation/);
});

test("NUTS has no importance weights", async () => {
  const fit = await infer(line, data, { seed: 4, warmup: 20, draws: 10, chains: 1, workers: 1 });
  expect(fit.importance).toBeUndefined();
});

test("no start: the error names the site", async () => {
  const hopeless = model("hopeless", ({ sample, observe }) => {
    observe("high", uniform(0, sample("upper", uniform(1, 2))), 5);
  });
  const work = () => infer(hopeless, {}, { method: "pathfinder", seed: 1, draws: 10 });
  await expectRejection(work, { kind: "numerical", field: "pathfinder" }, /log-density is -Infinity, first at high/);
});

test("an abort between paths rejects", async () => {
  const abort = new AbortController();
  const work = () =>
    infer(line, data, { method: "pathfinder", seed: 1, signal: abort.signal, onProgress: () => abort.abort() });
  await expectRejection(work, { kind: "cancelled" });
});
