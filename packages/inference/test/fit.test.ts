import { PoolishError } from "@poolish/core";
import { type Fit, infer } from "@poolish/inference";
import { eBfmi, summarize } from "@poolish/mcmc";
import { exponential, type ModelFunction, model, normal, uniform } from "@poolish/ppl";
import { beforeAll, describe, expect, test } from "vitest";
import { cookieData, cookieModel } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const seed = 10;
let fit: Fit;
beforeAll(async () => {
  fit = await infer(cookieModel(poissonLikelihood), cookieData, {
    seed,
    chains: 3,
    warmup: 300,
    draws: 200,
    workers: 1,
  });
});

/** Fits a model without data, by chains of the given lengths. */
function fitOf(define: ModelFunction<Record<string, never>>, warmup: number, draws: number, more = {}): Promise<Fit> {
  return infer(model("small", define), {}, { seed, warmup, draws, workers: 1, ...more });
}

describe("summary", () => {
  test("has one line for each scalar, in the order of the model, called after its plate's labels", () => {
    const names = fit.summary().map(({ name }) => name);
    expect(names).toEqual(["mu", "sigma", "rate[north]", "rate[east]", "rate[south]"]);
  });

  test("counts members without labels from 1", async () => {
    const small = await fitOf(
      ({ sample, plate }) => void plate("group", 2, () => sample("rate", normal(0, 1))),
      20,
      10,
    );
    expect(small.summary().map(({ name }) => name)).toEqual(["rate[1]", "rate[2]"]);
  });

  test("summarises the draws of that name", () => {
    for (const { name, ...summary } of fit.summary()) expect(summary).toEqual(summarize(fit.draws(name)));
  });
});

describe("draws", () => {
  test("are constrained values of the chains' positions", () => {
    const { dim } = fit.model.layout;
    fit.draws("rate[east]").forEach((chain, c) => {
      const positions = fit.positions(c);
      expect(positions.length).toBe(fit.numDraws * dim);
      expect([...chain]).toEqual(Array.from(chain, (_, draw) => Math.exp(positions[draw * dim + 3])));
    });
  });

  test("of an unknown name are refused with the names that exist", () => {
    expect(() => fit.draws("rate[5]")).toThrow(PoolishError);
    expect(() => fit.draws("rate[5]")).toThrow(/rate\[5\]: .*names are mu, sigma, rate\[north\]/);
  });
});

test("diagnostics count over all chains", () => {
  const { sample_stats } = fit.toInferenceData();
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const { divergences, maxTreeDepthHits, eBfmi: energies, numGradients } = fit.diagnostics();
  expect(divergences).toBe(sum(sample_stats.diverging.values));
  expect(maxTreeDepthHits).toBe(sum(sample_stats.reached_max_treedepth.values));
  expect(numGradients).toBeGreaterThan(sum(sample_stats.n_steps.values));
  const energy = sample_stats.energy.values;
  expect(energies).toEqual([0, 1, 2].map((c) => eBfmi(energy.slice(c * 200, (c + 1) * 200))));
});

describe("notices", () => {
  test("hold those of the model, and nothing more when all is well", async () => {
    const data = { chips: [3, 4, 5, 6], location: [0, 0, 2, 2] };
    const separate = model<object>("separate", ({ sample, plate, deterministic, observe }) => {
      const x = plate("group", 2, () => sample("x", normal(0, 1)));
      deterministic("twice", x.mul(2));
      observe("y", normal(x, 1), [0.5, -1]);
    });
    expect((await infer(separate, {}, { seed, workers: 1 })).notices()).toEqual([]);
    const cookies = await infer(cookieModel(poissonLikelihood), data, { seed, warmup: 500, draws: 500, workers: 1 });
    expect(cookies.notices()[0]).toMatch(/^location east has no observations of chips: its rate/);
  });

  test("name the values whose chains are too short, and only those", async () => {
    const short = await fitOf(({ sample, observe }) => observe("y", normal(sample("x", normal(0, 1)), 2), 1), 100, 40);
    expect(short.notices()).toEqual([expect.stringMatching(/^x: R-hat or bulk ESS/)]);
  });

  test("count divergences and trajectories that were cut off", async () => {
    // The density falls off a cliff at upper = 1, next to most of its mass, and depth 1 ends each trajectory early.
    const cliff = await fitOf(
      ({ sample, observe }) => observe("y", uniform(0, sample("upper", exponential(1))), 1),
      200,
      200,
      { maxTreeDepth: 1 },
    );
    const { divergences, maxTreeDepthHits } = cliff.diagnostics();
    expect(divergences).toBeGreaterThan(0);
    expect(maxTreeDepthHits).toBeGreaterThan(0);
    const notices = cliff.notices().join("\n");
    expect(notices).toContain(`${divergences} of 800 draws diverged`);
    expect(notices).toContain(`${maxTreeDepthHits} of 800 trajectories were cut off`);
  });
});
