import { simulationBasedCalibration } from "@poolish/checks";
import { rngFromSeed } from "@poolish/core";
import { priorReplicates } from "@poolish/inference";
import { categorical, dirichlet, halfNormal, learned, model, nonCentered, normal } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const options = { chains: 1, warmup: 200, draws: 396, targetAcceptance: 0.9, workers: 1 };
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

const hierarchy = model<object>("hierarchy", ({ sample, plate, observe }) => {
  const [mu, tau] = [sample("mu", normal(1, 0.5)), sample("tau", halfNormal(0.5))];
  const z = plate("group", 3, () => sample("z", nonCentered(normal(mu, tau))));
  observe("y", normal(z.at([0, 1, 2, 0]), 0.5), zeros(4));
  observe("chips", learned(poissonLikelihood, { rate: z.exp().at([0, 1, 2]) }), { chips: zeros(3) });
});

const shares = model<object>("shares", ({ sample, observe }) => {
  observe("kind", categorical(sample("share", dirichlet([2, 1, 1.5]))), zeros(12));
});

describe("a model replicates itself", () => {
  test("with all scalars and the log-likelihood, by the stream alone", async () => {
    const { names, run } = priorReplicates(hierarchy, {}, options);
    expect(names).toEqual(["mu", "tau", "z[1]", "z[2]", "z[3]", "log-likelihood"]);
    const [first, again, other] = await Promise.all([run(rngFromSeed(1)), run(rngFromSeed(1)), run(rngFromSeed(2))]);
    expect(again).toEqual(first);
    expect(other.truth).not.toEqual(first.truth);
    expect(first.draws.values).toHaveLength(396 * 6);
  });

  test("the posterior sees the new data: its mean follows the truth", async () => {
    const { run } = priorReplicates(hierarchy, {}, { ...options, draws: 100 });
    const rng = rngFromSeed(3);
    const pairs: [number, number][] = [];
    for (let i = 0; i < 30; i++) {
      const { truth, draws } = await run(rng.foldIn(i));
      let mean = 0;
      for (let n = 0; n < 100; n++) mean += draws.values[n * 6 + 2] / 100;
      pairs.push([truth[2], mean]);
    }
    const [a, b] = [0, 1].map((k) => pairs.map((pair) => pair[k]));
    const centre = (values: number[]): number[] => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return values.map((value) => value - mean);
    };
    const [x, y] = [centre(a), centre(b)];
    const product = (u: number[], v: number[]): number => u.reduce((sum, value, i) => sum + value * v[i], 0);
    // z has variance 0.5 and two to three observations of standard deviation 0.5: a correlation of about 0.9.
    expect(product(x, y) / Math.sqrt(product(x, x) * product(y, y))).toBeGreaterThan(0.6);
  });
});

test.each([hierarchy, shares])("simulation-based calibration of $name", async (each) => {
  const { names, run } = priorReplicates(each, {}, options);
  const result = await simulationBasedCalibration({ names, run: (rng) => run(rng), count: 40, seed: 4 });
  expect(result.notices).toEqual([]);
  expect(result.isCalibrated).toBe(true);
});

describe("samplers", () => {
  test("draw a site's data in place of its likelihood: no chips at all mean a low rate", async () => {
    const sample = (_: unknown, _theta: Float64Array, count: number, out: Float64Array): void =>
      void out.fill(0, 0, count);
    const [own, other] = [{}, { samplers: { chips: sample } }].map((extra) =>
      priorReplicates(hierarchy, {}, { ...options, draws: 100, ...extra }),
    );
    const [a, b] = await Promise.all([own.run(rngFromSeed(1)), other.run(rngFromSeed(1))]);
    expect(b.truth.slice(0, 5)).toEqual(a.truth.slice(0, 5));
    const meanOf = ({ values }: { readonly values: Float64Array }): number =>
      Array.from({ length: 100 }, (_, n) => values[n * 6 + 2] / 100).reduce((sum, value) => sum + value, 0);
    expect(meanOf(b.draws)).toBeLessThan(meanOf(a.draws) - 0.5);
  });

  test("are refused for a site that is not learned", () => {
    expect(() => priorReplicates(hierarchy, {}, { ...options, samplers: { y: undefined } })).toThrow(
      /learned sites are chips/,
    );
  });
});
