import { type Progress, type Rng, real, rngFromSeed } from "@poolish/core";
import { type Distribution, gamma, normal, poisson, uniform } from "@poolish/distributions";
import { caughtError, expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { type SimulateOptions, simulate } from "../src/simulate.ts";
import type { Simulator } from "../src/simulator.ts";

const chips: Simulator = {
  name: "chips",
  parameters: ["rate"],
  columns: [{ name: "chips", kind: "count" }],
  simulate(rng, [rate], out) {
    out[0] = poisson(rate).sample(rng);
  },
};
const options = { simulator: chips, prior: { rate: gamma(2, 0.2) }, seed: 1 };

/** A simulator of one column that writes `value`, or nothing, at its third simulation. */
function faulty(value: number | undefined, kind: "count" | "continuous" = "count"): SimulateOptions {
  let calls = 0;
  const simulator: Simulator = {
    ...chips,
    columns: [{ name: "chips", kind }],
    simulate(_rng, _theta, out) {
      calls++;
      if (calls !== 3) out[0] = 5;
      else if (value !== undefined) out[0] = value;
    },
  };
  return { ...options, simulator, count: 10 };
}

describe("simulate", () => {
  test("the same seed gives the same simulations, another seed others", async () => {
    const first = await simulate({ ...options, count: 500 });
    expect(await simulate({ ...options, count: 500 })).toEqual(first);
    expect((await simulate({ ...options, count: 500, seed: 2 })).theta).not.toEqual(first.theta);
  });

  test("the first simulations do not depend on how many follow, across blocks, too", async () => {
    const many = await simulate({ ...options, count: 4500 });
    for (const count of [1, 10, 2001]) {
      const few = await simulate({ ...options, count });
      expect(few.theta).toEqual(many.theta.subarray(0, count));
      expect(few.x).toEqual(many.x.subarray(0, count));
    }
  });

  test("θ comes from the prior, x from the simulator at that θ", async () => {
    const { theta, x, count } = await simulate({ ...options, count: 4000 });
    const mean = theta.reduce((sum, value) => sum + value, 0) / count;
    // Gamma(2, rate 0.2): mean 10, variance 50. x given θ is Poisson: (x - θ)² / θ has mean 1, variance 2 + 1 / θ.
    expectMeanWithin({ estimate: mean, expected: 10, standardError: Math.sqrt(50 / count), numComparisons: 2 });
    const ratio = x.reduce((sum, value, i) => sum + (value - theta[i]) ** 2 / theta[i], 0) / count;
    // E 1/θ = 0.2 under the prior.
    expectMeanWithin({ estimate: ratio, expected: 1, standardError: Math.sqrt(2.2 / count), numComparisons: 2 });
  });

  test("several parameters and columns are row-major, with their specifications", async () => {
    const simulator: Simulator = {
      parameters: ["location", "share"],
      columns: [
        { name: "sum", kind: "continuous" },
        { name: "n", kind: "count" },
      ],
      simulate(_rng, [location, share], out) {
        out[0] = location + share;
        out[1] = 3;
      },
    };
    const prior = { share: uniform(0, 1), location: normal(0, 5) };
    const result = await simulate({ simulator, prior, count: 1001, seed: 3 });
    for (let i = 0; i < 1001; i++) {
      expect(result.x[2 * i]).toBe(result.theta[2 * i] + result.theta[2 * i + 1]);
      expect(result.x[2 * i + 1]).toBe(3);
    }
    const locations = result.theta.filter((_, i) => i % 2 === 0).toSorted();
    expect(result.parameters).toEqual([
      {
        name: "location",
        support: { kind: "interval", lower: -Infinity, upper: Infinity },
        box: [locations[1], locations[999]],
      },
      { name: "share", support: { kind: "interval", lower: 0, upper: 1 }, box: [0, 1] },
    ]);
    expect(result).toMatchObject({ simulator: "simulator", seed: 3, count: 1001, columns: simulator.columns });
  });

  test("a simulator that writes to its θ does not change what θ was", async () => {
    const vandal: Simulator = {
      ...chips,
      simulate(_rng, theta, out) {
        theta[0] = -1;
        out[0] = 1;
      },
    };
    const { theta } = await simulate({ ...options, simulator: vandal, count: 100 });
    expect(theta).toEqual((await simulate({ ...options, count: 100 })).theta);
  });

  test("a prior draw that rounds to a bound is drawn again, one that always does is refused", async () => {
    const rounding = (isEverAbove: boolean): Distribution => ({
      ...gamma(2, 0.2),
      sample: (rng) => (isEverAbove && rng.uniform() < 0.5 ? gamma(2, 0.2).sample(rng) : 0),
    });
    const { theta } = await simulate({ ...options, prior: { rate: rounding(true) }, count: 200 });
    expect(theta.every((value) => value > 0)).toBe(true);
    const error = await caughtError(() => simulate({ ...options, prior: { rate: rounding(false) }, count: 200 }));
    expect(error).toMatchObject({ kind: "input", field: "rate", row: 0 });
  });

  test("reports progress up to the end", async () => {
    const reports: Progress[] = [];
    await simulate({ ...options, count: 4500, onProgress: (progress) => reports.push(progress) });
    expect(reports.map(({ done }) => done)).toEqual([2000, 4000, 4500]);
    expect(reports.every(({ task, total }) => task === "simulate" && total === 4500)).toBe(true);
  });

  test("can be cancelled, before and on the way", async () => {
    const controller = new AbortController();
    const reports: Progress[] = [];
    const error = await caughtError(() =>
      simulate({
        ...options,
        count: 100_000,
        signal: controller.signal,
        onProgress(progress) {
          reports.push(progress);
          if (reports.length === 2) controller.abort();
        },
      }),
    );
    expect(error.kind).toBe("cancelled");
    expect(reports).toHaveLength(2);
    expect(await caughtError(() => simulate({ ...options, count: 10, signal: controller.signal }))).toMatchObject({
      kind: "cancelled",
    });
  });
});

describe("bad input is a typed error", () => {
  test("a prior that misses a parameter, or names one too many", async () => {
    const missing = await caughtError(() => simulate({ ...options, prior: {}, count: 10 }));
    expect(missing).toMatchObject({ kind: "input", field: "rate" });
    const prior = { rate: gamma(2, 0.2), speed: gamma(1, 1) };
    const extra = await caughtError(() => simulate({ ...options, prior, count: 10 }));
    expect(extra).toMatchObject({ kind: "input", field: "speed" });
    expect(extra.remedy).toContain("rate");
  });

  test.each([0, -5, 2.5, Number.NaN])("count %f", async (count) => {
    expect(await caughtError(() => simulate({ ...options, count }))).toMatchObject({ kind: "input", field: "count" });
  });

  test.each([-1, 0.5, Number.NaN])("seed %f", async (seed) => {
    const error = await caughtError(() => simulate({ ...options, count: 10, seed }));
    expect(error).toMatchObject({ kind: "input", field: "seed" });
  });

  test.each([-1, 2.5])("a count column of which the simulator makes %s", async (value) => {
    const error = await caughtError(() => simulate(faulty(value)));
    expect(error).toMatchObject({ kind: "input", field: "chips", row: 2 });
    expect(error.message).toContain(`${value}`);
    expect(error.remedy).toContain("whole number");
  });

  test.each([Number.NaN, Infinity, undefined])("a run that gives %s has failed: its row is NaN", async (value) => {
    for (const kind of ["count", "continuous"] as const) {
      const { x } = await simulate(faulty(value, kind));
      expect([...x].map(Number.isNaN)).toEqual([...x].map((_, i) => i === 2));
    }
  });

  test("negative and fractional values are fine where the column is continuous", async () => {
    expect((await simulate(faulty(-2.5, "continuous"))).x[2]).toBe(-2.5);
  });
});

test("conditions are drawn, handed to the simulator and kept; a joint prior may replace independent ones", async () => {
  const simulator: Simulator = {
    parameters: ["a", "b"],
    columns: [{ name: "y", kind: "continuous" }],
    conditions: [{ name: "dose", kind: "continuous" }],
    simulate(_rng, [a, b], out, [dose]) {
      out[0] = a + b * dose;
    },
  };
  const prior = {
    parameters: [
      { name: "a", support: real },
      { name: "b", support: real },
    ],
    // A method that reads the object it belongs to.
    slope: 2,
    sample(rng: Rng, theta: Float64Array) {
      theta[0] = rng.uniform();
      theta[1] = this.slope * theta[0];
    },
  };
  const simulations = await simulate({ simulator, prior, conditions: { dose: uniform(0, 3) }, count: 50, seed: 4 });
  const { theta, x, conditionValues } = simulations;
  expect(simulations.conditions).toEqual(simulator.conditions);
  expect(new Set(conditionValues).size).toBe(50);
  for (let i = 0; i < 50; i++) {
    expect(theta[2 * i + 1]).toBe(2 * theta[2 * i]);
    expect(x[i]).toBe(theta[2 * i] + theta[2 * i + 1] * conditionValues[i]);
  }
  const named = await caughtError(() => simulate({ simulator, prior, count: 5, seed: 4 }));
  expect(named).toMatchObject({ kind: "input", field: "dose" });
  const swapped = { ...prior, parameters: prior.parameters.toReversed() };
  const doses = { dose: uniform(0, 3) };
  const order = await caughtError(() => simulate({ simulator, prior: swapped, conditions: doses, count: 5, seed: 4 }));
  expect(order).toMatchObject({ kind: "input", field: "prior" });
});

test("simulations are those of the streams that the seed names", async () => {
  const { theta, x } = await simulate({ ...options, count: 3 });
  for (let i = 0; i < 3; i++) {
    const rng = rngFromSeed(1).foldIn(i);
    const rate = gamma(2, 0.2).sample(rng);
    expect([theta[i], x[i]]).toEqual([rate, poisson(rate).sample(rng)]);
  }
});
