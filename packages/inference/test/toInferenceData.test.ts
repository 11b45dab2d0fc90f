import { infer } from "@poolish/inference";
import { gamma, learned, model, normal, poisson } from "@poolish/ppl";
import { expect, test } from "vitest";
import { VERSION } from "../src/version.ts";
import { cookieData, cookieModel, locations } from "./fixtures/cookies.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

const options = { seed: 11, chains: 2, warmup: 60, draws: 30, workers: 1 };

test("posterior, statistics and data have the dims, shapes and labels of the ArviZ schema", async () => {
  const fit = await infer(cookieModel(poissonLikelihood), cookieData, options);
  const data = fit.toInferenceData();
  expect(data.coords).toEqual({ location: locations });
  expect(Object.keys(data.posterior)).toEqual(["mu", "sigma", "rate"]);
  expect(data.posterior.mu).toMatchObject({ dims: ["chain", "draw"], shape: [2, 30] });
  expect(data.posterior.rate).toMatchObject({ dims: ["chain", "draw", "location"], shape: [2, 30, 3] });
  const { values } = data.posterior.rate;
  expect(values.length).toBe(2 * 30 * 3);
  locations.forEach((label, j) => {
    fit.draws(`rate[${label}]`).forEach((chain, c) => {
      expect(Array.from(chain, (_, draw) => values[(c * 30 + draw) * 3 + j])).toEqual([...chain]);
    });
  });
  expect(data.observed_data).toEqual({
    chips: { dims: ["chips_dim_0"], shape: [15], values: Float64Array.from(cookieData.chips) },
  });
  expect(data.constant_data).toBeUndefined();
  expect(data.attrs).toMatchObject({
    inference_library: "poolish",
    inference_library_version: VERSION,
    sampling_method: "nuts",
    seed: 11,
    tuning_steps: 60,
  });
});

test("sample_stats have the names of ArviZ, one number a draw", async () => {
  const fit = await infer(cookieModel(poissonLikelihood), cookieData, options);
  const { sample_stats } = fit.toInferenceData();
  expect(Object.keys(sample_stats).sort()).toEqual([
    "acceptance_rate",
    "diverging",
    "energy",
    "energy_error",
    "lp",
    "n_steps",
    "reached_max_treedepth",
    "step_size",
    "tree_depth",
  ]);
  for (const { dims, shape, values } of Object.values(sample_stats)) {
    expect({ dims, shape, length: values.length }).toEqual({ dims: ["chain", "draw"], shape: [2, 30], length: 60 });
  }
  expect(sample_stats.acceptance_rate.values.every((rate) => rate > 0 && rate <= 1)).toBe(true);
  expect(sample_stats.tree_depth.values.every((depth) => Number.isInteger(depth) && depth >= 0)).toBe(true);
});

test("lp is the log-density of the draw on the unconstrained scale", async () => {
  const prior = gamma(2, 0.5);
  const fit = await infer(
    model("gamma", ({ sample }) => void sample("x", prior)),
    {},
    options,
  );
  const { lp } = fit.toInferenceData().sample_stats;
  const x = fit.draws("x").flatMap((chain) => [...chain]);
  x.forEach((value, i) => {
    expect(lp.values[i]).toBeCloseTo(prior.logProb(value) + Math.log(value), 10);
  });
});

test("an axis without a plate is called after its variable; plain observations and conditions are kept", async () => {
  const dosed = {
    ...poissonLikelihood,
    conditions: [{ name: "dose", kind: "continuous" } as const],
  };
  const fit = await infer(
    model("all", ({ sample, observe, deterministic }) => {
      const rate = sample("rate", gamma(2, 0.5));
      deterministic("expected", rate.mul([1, 2, 3]));
      deterministic("total", rate.mul([1, 2, 3]).sum());
      observe("y", poisson(rate), [4, 5]);
      observe("z", normal(rate, 1), 2);
      observe("x", learned(dosed, { rate }), { chips: [1, 2], dose: [0.5, 0.7] });
    }),
    {},
    options,
  );
  const { posterior, observed_data, constant_data, coords } = fit.toInferenceData();
  expect(posterior.expected).toMatchObject({ dims: ["chain", "draw", "expected_dim_0"], shape: [2, 30, 3] });
  expect(posterior.total).toMatchObject({ dims: ["chain", "draw"], shape: [2, 30] });
  posterior.rate.values.forEach((rate, i) => {
    expect([...posterior.expected.values.subarray(3 * i, 3 * i + 3)]).toEqual([rate, 2 * rate, 3 * rate]);
  });
  expect(coords).toEqual({});
  expect(observed_data).toEqual({
    y: { dims: ["y_dim_0"], shape: [2], values: Float64Array.of(4, 5) },
    z: { dims: ["z_dim_0"], shape: [1], values: Float64Array.of(2) },
    x: { dims: ["x_dim_0"], shape: [2], values: Float64Array.of(1, 2) },
  });
  expect(constant_data).toEqual({ x_dose: { dims: ["x_dose_dim_0"], shape: [2], values: Float64Array.of(0.5, 0.7) } });
});
