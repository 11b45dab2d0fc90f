import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { infer, pointwiseLogLikelihood } from "@poolish/inference";
import { loadFit, saveFit } from "@poolish/inference/node";
import { expectRejection } from "@poolish/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cookieData, cookieModel } from "../fixtures/cookies.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.mjs";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "poolish-fit-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a saved fit is read back with all its groups, and nothing else is left in the folder", async () => {
  const fit = await infer(cookieModel(poissonLikelihood), cookieData, { seed: 14, warmup: 50, draws: 20, workers: 1 });
  const path = join(folder, "fit.nc");
  await saveFit(path, fit);
  const { attrs, ...groups } = await loadFit(path);
  const { attrs: expectedAttrs, ...expected } = fit.toInferenceData();
  expect(groups.posterior).toEqual(expected.posterior);
  expect(groups.sample_stats).toEqual(expected.sample_stats);
  expect(groups.observed_data).toEqual(expected.observed_data);
  expect(groups.coords).toMatchObject(expected.coords);
  expect(attrs).toMatchObject(expectedAttrs);
  expect(Date.parse(String(attrs.created_at))).toSatisfy(Number.isFinite);
  expect(await readdir(folder)).toEqual(["fit.nc"]);
});

test("log-likelihoods of all trials go along where they are asked for", async () => {
  const fit = await infer(cookieModel(poissonLikelihood), cookieData, { seed: 14, warmup: 50, draws: 20, workers: 1 });
  const path = join(folder, "loo.nc");
  await saveFit(path, fit, { logLikelihood: true });
  const { log_likelihood: group = {}, observed_data: observed = {} } = await loadFit(path);
  expect(group).toEqual({ chips: pointwiseLogLikelihood(fit).toArray() });
  // A trial has the same coordinate in both groups.
  expect(group.chips.dims.slice(2)).toEqual(observed.chips.dims);
});

test("a missing and a foreign file are refused", async () => {
  await expectRejection(() => loadFit(join(folder, "none.nc")), { kind: "file" }, /none\.nc/);
  const foreign = join(folder, "foreign.nc");
  await writeFile(foreign, "not a fit");
  await expectRejection(() => loadFit(foreign), { kind: "file" }, /foreign\.nc/);
});
