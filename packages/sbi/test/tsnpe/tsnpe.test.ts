import { rngFromSeed } from "@poolish/core";
import { uniform } from "@poolish/distributions";
import { expectRefusal, expectRejection } from "@poolish/testkit";
import { expect, test } from "vitest";
import { npe } from "../../src/npe/npe.ts";
import { tsnpe } from "../../src/tsnpe/tsnpe.ts";
import { gaussianMean, momentsOf } from "../support/gaussianMean.ts";

const problem = {
  simulator: gaussianMean,
  prior: { mu: uniform(-50, 50) },
  x: 3,
  countPerRound: 500,
  recipe: npe({ density: "autoregressive" }),
  seed: 1,
  onNotice: () => {},
};

test("rounds close in on the observation, and end when there is no more to close in on", async () => {
  const { estimator, simulations, rounds, reason } = await tsnpe({ ...problem, rounds: 6 });
  expect(rounds[0].keptShare).toBe(1);
  expect(rounds.length).toBeGreaterThan(1);
  expect(rounds.length).toBeLessThan(6);
  expect(rounds[1].keptShare).toBeLessThan(0.5);
  expect(reason).toMatch(/would simulate from/);
  expect(simulations.count).toBe(500 * rounds.length);
  // The posterior under a flat prior is N(3, 1); the region must hold it whole.
  const later = simulations.theta.subarray(500);
  expect(Math.min(...later)).toBeLessThan(3 - 3);
  expect(Math.max(...later)).toBeGreaterThan(3 + 3);
  const { mean, sd } = momentsOf(estimator.sample(rngFromSeed(2), 3, 4000));
  expect(Math.abs(mean - 3)).toBeLessThan(0.3);
  expect(Math.abs(sd - 1)).toBeLessThan(0.2);
}, 60_000);

test("a single round is plain npe; equal seeds give equal results; progress names the round", async () => {
  const messages: string[] = [];
  const onProgress = ({ message = "" }): unknown => messages.push(message);
  const once = await tsnpe({ ...problem, rounds: 1, onProgress });
  const again = await tsnpe({ ...problem, rounds: 1 });
  expect(again.estimator.weights).toEqual(once.estimator.weights);
  expect(once.reason).toMatch(/All 1 rounds/);
  expect(messages.every((message) => message.startsWith("round 1 of 1"))).toBe(true);
});

test("misuse is named, and rounds can be cancelled", async () => {
  await expectRejection(() => tsnpe({ ...problem, rounds: 0 }), { kind: "input", field: "rounds" });
  await expectRejection(() => tsnpe({ ...problem, quantile: 0.5 }), { kind: "input", field: "quantile" });
  for (const x of [[], [1, 2], Number.NaN]) {
    const onProgress = (): never => expect.fail("simulated before it looked");
    await expectRejection(() => tsnpe({ ...problem, x, onProgress }), { kind: "input", field: "x" });
  }
  const controller = new AbortController();
  controller.abort();
  await expectRejection(() => tsnpe({ ...problem, signal: controller.signal }), { kind: "cancelled" });
  expectRefusal(() => npe({ numEpochs: 0 }), { kind: "input" });
});
