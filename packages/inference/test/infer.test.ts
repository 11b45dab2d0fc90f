import type { Progress } from "@poolish/core";
import { type InferOptions, infer } from "@poolish/inference";
import { type ModelFunction, model, normal, uniform } from "@poolish/ppl";
import { expectRejection } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { cookieData, cookieModel } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const cookies = cookieModel(poissonLikelihood);
const brief = { seed: 5, warmup: 50, draws: 20, chains: 3 };

describe("infer refuses", () => {
  test.each<[string, Partial<InferOptions>, RegExp]>([
    ["draws", { draws: 0 }, /at least 1, got 0/],
    ["chains", { chains: 0 }, /at least 1, got 0/],
    ["warmup", { warmup: -1 }, /at least 0, got -1/],
    ["workers", { workers: 0.5 }, /at least 1, got 0.5/],
    ["seed", { seed: -1 }, /at least 0, got -1/],
    ["seed", { seed: 2 ** 60 }, /at least 0, got 115292150460684/],
    ["maxTreeDepth", { maxTreeDepth: 0 }, /at least 1, got 0/],
    ["maxTreeDepth", { maxTreeDepth: 21 }, /at most 20, got 21/],
    ["targetAcceptance", { targetAcceptance: 2 }, /between 0 and 1, got 2/],
    ["targetAcceptance", { targetAcceptance: NaN }, /between 0 and 1, got NaN/],
    ["method", JSON.parse('{"method": "gibbs"}'), /expected "nuts".*, got "gibbs"/],
  ])("%s %o", async (field, wrong, words) => {
    await expectRejection(() => infer(cookies, cookieData, { ...brief, ...wrong }), { kind: "input", field }, words);
  });

  test("options before it looks at the data", async () => {
    const work = () => infer(cookies, { chips: [NaN], location: [9] }, { seed: 1, draws: 0 });
    await expectRejection(work, { kind: "input", field: "draws" });
  });

  test("data that do not fit, naming the row", async () => {
    const work = () => infer(cookies, { ...cookieData, location: cookieData.location.map((_, i) => i) }, brief);
    await expectRejection(work, { kind: "input", field: "location", row: 3 });
  });

  test("a model that samples nothing", async () => {
    const nothing = model("nothing", ({ observe }) => observe("y", normal(0, 1), [1]));
    await expectRejection(() => infer(nothing, {}, brief), { kind: "model", field: "nothing" }, /at least one sample/);
  });
});

describe.each([1, 2])("when no starting point exists, with %i workers, infer says", (workers) => {
  const inferring = (define: ModelFunction<Record<string, never>>) => () =>
    infer(model("hopeless", define), {}, { ...brief, workers });

  test("which coordinates have no gradient", async () => {
    const work = inferring(({ sample, plate, factor }) => {
      sample("a", normal(0, 1));
      const b = plate("group", ["u", "v"], () => sample("b", normal(0, 1)));
      factor(b.mul(0).sqrt());
    });
    const numerical = { kind: "numerical", field: "chain 1" } as const;
    await expectRejection(work, numerical, /gradient in b\[u\], b\[v\] is not finite/, /Check the priors/);
  });

  test("which site has no density", async () => {
    const work = inferring(({ sample, observe }) => {
      observe("first", normal(sample("x", normal(0, 1)), 1), 0);
      observe("second", uniform(0, sample("upper", uniform(1, 2))), 5);
    });
    await expectRejection(work, { kind: "numerical" }, /log-density is -Infinity, first at second/, /100 tries/);
  });

  test("that a factor is NaN", async () => {
    const work = inferring(({ sample, factor }) => factor(sample("x", normal(0, 1)).square().neg().log()));
    await expectRejection(work, { kind: "numerical" }, /log-density is NaN, first at factor/);
  });
});

test("warm-up may be left out", async () => {
  const fit = await infer(cookies, cookieData, { ...brief, warmup: 0, workers: 1 });
  expect(fit.numDraws).toBe(20);
});

test.each([1, 2])("with %i workers progress is told for each chain, to its end", async (workers) => {
  const reports: Progress[] = [];
  await infer(cookies, cookieData, { ...brief, workers, onProgress: (progress) => reports.push(progress) });
  for (const task of ["chain 1", "chain 2", "chain 3"]) {
    const own = reports.filter((report) => report.task === task);
    expect(own.map(({ done }) => done)).toEqual(Array.from({ length: 70 }, (_, i) => i + 1));
    expect(new Set(own.map(({ total }) => total))).toEqual(new Set([70]));
    expect(own[49].message).toMatch(/^warm-up, step size \d/);
    expect(own[69].message).toMatch(/^\d+ divergences?, step size \d/);
  }
});

test.each([1, 2])("with %i workers an error of onProgress rejects", async (workers) => {
  const onProgress = () => {
    throw new RangeError("the bar is full");
  };
  await expect(infer(cookies, cookieData, { ...brief, workers, onProgress })).rejects.toThrow("the bar is full");
});
