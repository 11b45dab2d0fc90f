import type { Worker } from "node:worker_threads";
import type { Progress } from "@poolish/core";
import { infer } from "@poolish/inference";
import { expectRejection } from "@poolish/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cookieData, cookieModel } from "../fixtures/cookies.ts";
import { missingExport, poissonLikelihood, refusesInThreads } from "../fixtures/poissonLikelihood.mjs";

const cookies = cookieModel(poissonLikelihood);
/** More than a test would wait for: days of draws. */
const endless = { seed: 6, warmup: 10, draws: 2_000_000, chains: 3 };

const started: Worker[] = [];
const ended = new Set<Worker>();
const watch = (worker: Worker): void => {
  started.push(worker);
  worker.on("exit", () => ended.add(worker));
};

beforeEach(() => {
  started.length = 0;
  ended.clear();
  process.on("worker", watch);
});
afterEach(() => {
  process.off("worker", watch);
});

function expectNoWorkerRuns(numStarted: number): void {
  expect(started.length).toBe(numStarted);
  expect(ended.size).toBe(numStarted);
}

test("the draws do not depend on the number of workers, to the last bit", async () => {
  const options = { seed: 7, warmup: 200, draws: 100, chains: 4 };
  const fits = [];
  for (const workers of [1, 2, 4]) fits.push(await infer(cookies, cookieData, { ...options, workers }));
  expectNoWorkerRuns(8);
  const [alone, ...others] = fits.map((fit) => fit.toInferenceData());
  expect(new Set(fits[0].draws("mu").map((chain) => chain[99])).size).toBe(4);
  for (const other of others) expect(other).toStrictEqual(alone);
});

test("the same seed gives the same draws, another seed others, and more chains the same first ones", async () => {
  const drawsOf = async (seed: number, chains: number) => {
    const fit = await infer(cookies, cookieData, { seed, chains, warmup: 50, draws: 10, workers: 1 });
    return fit.draws("rate[south]");
  };
  const first = await drawsOf(8, 2);
  expect(await drawsOf(8, 2)).toStrictEqual(first);
  expect((await drawsOf(8, 3)).slice(0, 2)).toStrictEqual(first);
  expect((await drawsOf(9, 2))[0]).not.toEqual(first[0]);
});

test("many chains bring no warning of Node", async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  await infer(cookies, cookieData, { seed: 15, chains: 12, warmup: 0, draws: 1, workers: 2 });
  process.off("warning", note);
  expect(warnings).toEqual([]);
  expectNoWorkerRuns(12);
});

describe.each([
  { workers: 1, numStarted: 0 },
  { workers: 2, numStarted: 2 },
])("an abort with $workers workers", ({ workers, numStarted }) => {
  const cancelled = { kind: "cancelled", cause: "enough" } as const;

  test("before the start rejects and starts nothing", async () => {
    const signal = AbortSignal.abort("enough");
    let numReports = 0;
    const onProgress = () => void numReports++;
    await expectRejection(() => infer(cookies, cookieData, { ...endless, workers, signal, onProgress }), cancelled);
    expectNoWorkerRuns(0);
    expect(numReports).toBe(0);
  });

  test("before the last chain has started rejects, and no thread is left", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort("enough"), 300);
    const work = () => infer(cookies, cookieData, { ...endless, workers, signal: controller.signal });
    await expectRejection(work, cancelled, /infer was cancelled/);
    expectNoWorkerRuns(numStarted);
  });

  test("in warm-up rejects, and no thread is left", async () => {
    const controller = new AbortController();
    const onProgress = () => controller.abort("enough");
    const slow = { ...endless, warmup: 200_000, draws: 1, chains: workers };
    const work = () => infer(cookies, cookieData, { ...slow, workers, signal: controller.signal, onProgress });
    await expectRejection(work, cancelled, /infer was cancelled/);
    expectNoWorkerRuns(numStarted);
  });

  test("while all chains sample returns the draws that all of them have, and no thread is left", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reported = new Set<string>();
    const onProgress = ({ task }: Progress) => {
      reported.add(task);
      if (reported.size === workers) controller.abort("enough");
    };
    const long = { seed: 6, warmup: 10, draws: 200_000, chains: workers };
    const fit = await infer(cookies, cookieData, { ...long, workers, signal, onProgress });
    expectNoWorkerRuns(numStarted);
    expect(fit.numDraws).toBeGreaterThanOrEqual(1_990);
    expect(fit.numDraws).toBeLessThan(200_000);
    expect(fit.notices()[0]).toBe(`The run was cancelled after ${fit.numDraws} of 200000 draws.`);
    const whole = await infer(cookies, cookieData, { ...long, draws: 1_990, workers: 1 });
    for (const { name } of whole.summary()) {
      expect(fit.draws(name).map((chain) => chain.length)).toEqual(Array(workers).fill(fit.numDraws));
      expect(fit.draws(name).map((chain) => chain.slice(0, 1_990))).toStrictEqual(whole.draws(name));
    }
  });

  test("after the end changes nothing", async () => {
    const controller = new AbortController();
    const brief = { ...endless, draws: 10, workers, signal: controller.signal };
    const fit = await infer(cookies, cookieData, brief);
    controller.abort("enough");
    expect(fit.numDraws).toBe(10);
  });
});

describe("a thread that fails", () => {
  test("hands on a typed error, and ends the others", async () => {
    const work = () => infer(cookieModel(refusesInThreads), cookieData, { ...endless, workers: 2 });
    await expectRejection(work, { kind: "input", field: "chips", row: 7, remedy: "Stay in one thread." }, /not here/);
    expectNoWorkerRuns(2);
  });

  test("says which export is missing", async () => {
    const work = infer(cookieModel(missingExport), cookieData, { ...endless, workers: 2 });
    await expect(work).rejects.toThrow(/poissonLikelihood\.mjs does not export nowhere/);
    expectNoWorkerRuns(2);
  });
});
