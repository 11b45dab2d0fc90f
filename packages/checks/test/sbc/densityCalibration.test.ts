import { densityCalibration, type HeldOutSimulations } from "@poolish/checks";
import { type Rng, rngFromSeed } from "@poolish/core";
import { poissonVariate, standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";

const columns = [
  { name: "a", kind: "continuous" },
  { name: "b", kind: "continuous" },
] as const;

/** a, b ~ Normal(θ, 1) with a correlation, at θ ~ Normal(0, 1). */
function drawPair(
  rng: Rng,
  theta: number,
  correlation: number,
  scale: number,
  out: Float64Array,
  offset: number,
): void {
  const z = standardNormal(rng);
  out[offset] = theta + scale * z;
  out[offset + 1] = theta + scale * (correlation * z + Math.sqrt(1 - correlation ** 2) * standardNormal(rng));
}

const density = (correlation: number, scale: number) => ({
  columns,
  sample(rng: Rng, theta: Float64Array, count: number, out: Float64Array) {
    for (let i = 0; i < count; i++) drawPair(rng, theta[0], correlation, scale, out, 2 * i);
  },
  logProb: (x: Float64Array, [theta]: Float64Array) =>
    Float64Array.from({ length: x.length / 2 }, (_, i) => {
      const [u, v] = [x[2 * i] - theta, x[2 * i + 1] - theta];
      return -(u * u - 2 * correlation * u * v + v * v) / (2 * scale ** 2 * (1 - correlation ** 2));
    }),
});

function simulations(seed: number, count: number): HeldOutSimulations {
  const rng = rngFromSeed(seed);
  const theta = Float64Array.from({ length: count }, () => standardNormal(rng));
  const x = new Float64Array(2 * count);
  theta.forEach((value, i) => {
    drawPair(rng, value, 0.8, 1, x, 2 * i);
  });
  return { simulator: "pair", seed, count, theta, x, conditionValues: new Float64Array(0) };
}

describe("a density of two columns", () => {
  test("that is exact is calibrated", async () => {
    const result = await densityCalibration(density(0.8, 1), simulations(1, 1000), { seed: 2 });
    expect(result.quantities.map(({ name }) => name)).toEqual(["a", "b", "log-density"]);
    expect(result).toMatchObject({ isCalibrated: true, notices: [], count: 1000, largestRank: 99 });
  });

  test("that is too narrow is found in each column", async () => {
    // With 1000 values, a scale of .8 moves the variance of the ranks' shares by .02, some 9 standard errors.
    const result = await densityCalibration(density(0.8, 0.8), simulations(3, 1000), { seed: 4 });
    expect(result.isCalibrated).toBe(false);
    expect(result.notices.join()).toMatch(/density of a is too narrow.*density of b is too narrow/);
  });

  test("whose columns are right but not their correlation is found by its log-density alone", async () => {
    // By simulation the ranks' distribution function is .27 away from the diagonal: 17 standard errors of 1000 values.
    const result = await densityCalibration(density(0.95, 1), simulations(5, 1000), { seed: 6 });
    expect(result.notices).toHaveLength(1);
    expect(result.notices[0]).toMatch(/log-density/);
  });
});

test("ranks of counts are randomised among ties: uniform although the column is discrete", async () => {
  const rng = rngFromSeed(7);
  const theta = Float64Array.from({ length: 1000 }, () => 0.3 + rng.uniform());
  const counts = {
    columns: [{ name: "k", kind: "count" }] as const,
    sample(source: Rng, [rate]: Float64Array, count: number, out: Float64Array) {
      for (let i = 0; i < count; i++) out[i] = poissonVariate(source, rate);
    },
  };
  const x = theta.map((rate) => poissonVariate(rng, rate));
  const heldOut = { count: 1000, theta, x, conditionValues: new Float64Array(0) };
  expect((await densityCalibration(counts, heldOut, { seed: 8 })).isCalibrated).toBe(true);
});

test("warns of simulations that were trained on, and refuses other widths", async () => {
  const seen = { ...density(0.8, 1), spec: { provenance: { simulator: "pair", simulationSeed: 9 } } };
  const result = await densityCalibration(seen, simulations(9, 100), { seed: 1 });
  expect(result.notices.join()).toMatch(/seed of those that the density was trained on/);
  await expect(
    densityCalibration(seen, { ...simulations(1, 30), x: new Float64Array(30) }, { seed: 1 }),
  ).rejects.toMatchObject({ field: "simulations.x" });
});

test("leaves out runs that failed", async () => {
  const failed = simulations(10, 60);
  failed.x[5] = Number.NaN;
  expect((await densityCalibration(density(0.8, 1), failed, { seed: 1 })).count).toBe(59);
});
