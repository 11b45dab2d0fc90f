import type { Progress } from "@poolish/core";
import { compile } from "@poolish/ppl";
import { expectRejection } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { type ChainTask, countDraws } from "../src/chainTask.ts";
import { defaultWorkers, runChains } from "../src/runChainsInTurn.ts";
import { cookieData, cookieModel } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const { model, likelihoods } = compile(cookieModel(poissonLikelihood), cookieData);
const tasks = [0, 1].map((chain): ChainTask => {
  return { model, chain, seed: 13, warmup: 50, draws: 20, targetAcceptance: 0.8, maxTreeDepth: 10 };
});

describe("chains that run in turn", () => {
  test("start nothing when they are already aborted", async () => {
    let numReports = 0;
    const signal = AbortSignal.abort("enough");
    const work = () => runChains(tasks, { likelihoods, workers: 1, signal, onProgress: () => void numReports++ });
    await expectRejection(work, { kind: "cancelled", cause: "enough" });
    expect(numReports).toBe(0);
  });

  test("end between two reports when they are aborted from a timer", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    let numReports = 0;
    const onProgress = () => void numReports++;
    // Warm-up alone takes a second or so, and timers run some 12 ms apart: the abort comes when no chain has a draw.
    const long = tasks.map((task) => ({ ...task, warmup: 50_000 }));
    const work = () => runChains(long, { likelihoods, workers: 1, signal: controller.signal, onProgress });
    await expectRejection(work, { kind: "cancelled" });
    expect(numReports).toBeGreaterThan(0);
    expect(numReports).toBeLessThan(100);
  });

  test("end with the draws that they have when they are aborted after warm-up", async () => {
    const controller = new AbortController();
    const onProgress = ({ task, done }: Progress) => {
      if (task === "chain 2" && done === 53) controller.abort();
    };
    const options = { likelihoods, workers: 1, signal: controller.signal, onProgress };
    const outcomes = await runChains(tasks, options);
    expect(outcomes.map(countDraws)).toEqual([20, 3]);
    const whole = await runChains(tasks, { likelihoods, workers: 1 });
    expect(outcomes[0]).toEqual(whole[0]);
    const [, shorter] = outcomes;
    const [, longer] = whole;
    if (shorter.kind !== "complete" || longer.kind !== "complete") throw new Error("chains kept no draws");
    expect(shorter.outputs).toEqual(longer.outputs.slice(0, 3 * 5));
    expect(shorter.positions).toEqual(longer.positions.slice(0, 3 * 5));
    expect(shorter.statistics.lp).toEqual(longer.statistics.lp.slice(0, 3));
    expect(shorter.statistics.energy).toEqual(longer.statistics.energy?.slice(0, 3));
  });

  test("reject when one of them is aborted in warm-up, although another is done", async () => {
    const controller = new AbortController();
    const onProgress = ({ task, done }: Progress) => {
      if (task === "chain 2" && done === 50) controller.abort();
    };
    const work = () => runChains(tasks, { likelihoods, workers: 1, signal: controller.signal, onProgress });
    await expectRejection(work, { kind: "cancelled" });
  });

  test("come back in the order of the tasks", async () => {
    const forth = await runChains(tasks, { likelihoods, workers: 1 });
    const back = await runChains(tasks.toReversed(), { likelihoods, workers: 1 });
    expect(back.toReversed()).toEqual(forth);
    expect(defaultWorkers()).toBe(1);
  });
});
