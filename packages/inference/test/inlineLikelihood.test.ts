import type { Likelihood, Progress } from "@poolish/core";
import { infer } from "@poolish/inference";
import { compile } from "@poolish/ppl";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inlineNotice, noticeFirst } from "../src/inlineLikelihood.ts";
import { cookieData, cookieModel } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const inline: Likelihood = { ...poissonLikelihood, toDescriptor: () => ({ kind: "inline", name: "Poisson chips" }) };
const options = { seed: 16, chains: 2, warmup: 60, draws: 40 };

let numWorkers = 0;
const countWorker = (): void => void numWorkers++;
beforeEach(() => {
  numWorkers = 0;
  process.on("worker", countWorker);
});
afterEach(() => {
  process.off("worker", countWorker);
});

test("chains of a likelihood without a module run in the main thread whatever workers says, to the same draws", async () => {
  const reports: Progress[] = [];
  const onProgress = (progress: Progress) => reports.push(progress);
  const fit = await infer(cookieModel(inline), cookieData, { ...options, workers: 4, onProgress });
  expect(numWorkers).toBe(0);
  const [notice] = fit.notices();
  expect(notice).toMatch(/likelihood Poisson chips cannot leave the main thread/);
  expect(notice).toContain("export it from a module and return { kind: 'module', url, exportName } from toDescriptor");
  expect(reports[0].message).toMatch(/^warm-up, step size \d/);
  expect(reports[0].message?.endsWith(`. ${notice}`)).toBe(true);
  expect(reports.slice(1).filter(({ message }) => message?.includes(notice))).toEqual([]);
  const threaded = await infer(cookieModel(poissonLikelihood), cookieData, { ...options, workers: 2 });
  expect(numWorkers).toBe(2);
  expect(threaded.notices()).not.toContain(notice);
  expect(fit.toInferenceData()).toStrictEqual(threaded.toInferenceData());
});

test("several are named, and a report without words gets some", () => {
  const { model } = compile(cookieModel(inline), cookieData);
  expect(inlineNotice({ ...model, likelihoods: [] })).toBeUndefined();
  const likelihoods = ["a", "b"].map((name) => ({ kind: "inline", name }) as const);
  expect(inlineNotice({ ...model, likelihoods })).toMatch(/^The likelihoods a, b cannot .* export each from a module/);
  const messages: (string | undefined)[] = [];
  const report = noticeFirst("Mind.", ({ message }) => messages.push(message));
  for (const done of [1, 2]) report({ task: "chain 1", done, total: 2 });
  expect(messages).toEqual(["Mind.", undefined]);
});
