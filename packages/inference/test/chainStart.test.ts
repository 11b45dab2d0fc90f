import { infer } from "@poolish/inference";
import { model, normal, uniform } from "@poolish/ppl";
import { expectRejection } from "@poolish/testkit";
import { expect, test } from "vitest";

/** A posterior 1000 of its sds from where chains start at random: Normal(1000, 1) for both. */
const far = model("far", ({ sample, observe }) => {
  const a = sample("a", normal(0, 1e6));
  const b = sample("b", normal(0, 1e6));
  observe("x", normal(a, 1), [1000]);
  observe("y", normal(b, 1), [1000]);
});

test("chains that start from a path start where the posterior is, each somewhere else", async () => {
  const fit = await infer(far, {}, { init: "pathfinder", seed: 1, chains: 4, warmup: 0, draws: 1 });
  const { a, b } = fit.draws(["a", "b"]).columns;
  const values = [...a, ...b];
  // One draw each, of the approximation and of the posterior: within 6 sds of both.
  for (const value of values) expect(Math.abs(value - 1000)).toBeLessThan(12);
  expect(new Set(values).size).toBe(8);
});

test("draws do not depend on the number of threads, and random starts are those without the option", async () => {
  const options = { seed: 3, chains: 2, warmup: 20, draws: 5 } as const;
  const drawsOf = async (more: object) => (await infer(far, {}, { ...options, ...more })).draws(["a"]).columns.a;
  expect(await drawsOf({ init: "pathfinder", workers: 2 })).toEqual(await drawsOf({ init: "pathfinder", workers: 1 }));
  expect(await drawsOf({ init: "random" })).toEqual(await drawsOf({}));
});

test("a chain whose path fails starts at random", async () => {
  // The log-density has no gradient to climb, so that no path has a curvature.
  const flat = model("flat", ({ sample }) => void sample("u", uniform(0, 1)));
  const fit = await infer(flat, {}, { init: "pathfinder", seed: 1, chains: 1, warmup: 100, draws: 100 });
  expect(fit.numDraws).toBe(100);
});

test("another word is refused", async () => {
  const init = "map" as "random";
  await expectRejection(() => infer(far, {}, { init, seed: 1 }), { kind: "input", field: "init" });
});
