import { rngFromSeed } from "@poolish/core";
import { caughtError, expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { createEstimator } from "../src/createEstimator.ts";
import { exampleEstimator, exampleSpec } from "./support/exampleEstimator.ts";

const chips = exampleEstimator();
/** Row-major (rate, share). */
const THETA = Float64Array.of(4, 0.3, 9, 0.8, 15, 0.05);
const COUNTS = [5, 0, 5, 12, 7, 5, 0];
const ROW = Int32Array.of(0, 0, 0, 1, 2, 2, 0);

function evaluated(theta = THETA) {
  const bound = chips.bind({ chips: COUNTS }, ROW, 3);
  const logTerms = new Float64Array(bound.numTerms).fill(7);
  bound.evaluate(theta, logTerms);
  return { bound, logTerms };
}

describe("bind", () => {
  test("terms are distinct (row, count) pairs, with the values that logProb gives each trial", () => {
    const { bound, logTerms } = evaluated();
    // (0; 0 twice, 5 twice), (1; 12), (2; 5, 7)
    expect(bound.numTerms).toBe(5);
    expect([...bound.multiplicity].sort()).toEqual([1, 1, 1, 2, 2]);
    const rows = [...ROW].flatMap((r) => [...THETA.subarray(2 * r, 2 * r + 2)]);
    const byTrial = chips.logProb(COUNTS, rows);
    COUNTS.forEach((_, i) => {
      expect(logTerms[bound.termOfTrial[i]]).toBe(byTrial[i]);
    });
    expect(byTrial.every((value) => value < 0 && value > -100)).toBe(true);
  });

  test("pullback is the derivative of the terms, weighted by their adjoints, and is ADDED", () => {
    const { bound, logTerms } = evaluated();
    const adjoint = Float64Array.of(1, -2, 0.5, 3, 0.25);
    const gradient = new Float64Array(6).fill(50);
    bound.pullback(adjoint, gradient);
    const other = chips.bind({ chips: COUNTS }, ROW, 3);
    const loss = (theta: Float64Array) => {
      other.evaluate(theta, logTerms);
      return logTerms.reduce((sum, value, i) => sum + adjoint[i] * value, 0);
    };
    const values = gradient.map((value) => value - 50);
    const size = Math.max(...values.map(Math.abs));
    expect(size).toBeGreaterThan(0.1);
    values.forEach((value, i) => {
      // Outputs of the network carry float32 noise of some 1e-6, which the step divides; truncation is of the order h².
      const h = 0.01 * (i % 2 === 0 ? THETA[i] : Math.min(THETA[i], 1 - THETA[i]));
      const slope = (loss(THETA.with(i, THETA[i] + h)) - loss(THETA.with(i, THETA[i] - h))) / (2 * h);
      expect(Math.abs(value - slope), `theta ${i}`).toBeLessThan(1e-5 / h + 1e-3 * size);
    });
  });

  test("each term can have its own adjoint: the pullback is linear in them", () => {
    const { bound } = evaluated();
    const total = new Float64Array(6);
    const adjoint = Float64Array.of(1, -2, 0.5, 3, 0.25);
    bound.pullback(adjoint, total);
    const summed = new Float64Array(6);
    adjoint.forEach((value, i) => {
      bound.pullback(new Float64Array(5).with(i, value), summed);
    });
    // Float32 sums of the network's gradient.
    total.forEach((value, i) => {
      expect(Math.abs(summed[i] - value)).toBeLessThan(1e-5 * Math.max(...total.map(Math.abs)));
    });
  });

  test("a term moves the θ of its own row alone", () => {
    const { bound } = evaluated();
    for (let i = 0; i < bound.numTerms; i++) {
      const gradient = new Float64Array(6);
      bound.pullback(new Float64Array(5).with(i, 1), gradient);
      const row = ROW[bound.termOfTrial.indexOf(i)];
      expect([0, 1, 2].filter((r) => gradient[2 * r] !== 0 || gradient[2 * r + 1] !== 0)).toEqual([row]);
    }
  });

  test("the pullback is at the θ of the last evaluate, whatever its caller writes to that array since", () => {
    const theta = THETA.slice();
    const { bound } = evaluated(theta);
    const before = new Float64Array(6);
    bound.pullback(new Float64Array(5).fill(1), before);
    theta.fill(1e-3);
    const after = new Float64Array(6);
    bound.pullback(new Float64Array(5).fill(1), after);
    expect(after).toEqual(before);
  });

  test.each([
    ["a negative rate", Float64Array.of(-1, 0.3)],
    ["a rate of 0", Float64Array.of(0, 0.3)],
    ["a share of 1", Float64Array.of(4, 1)],
    ["a share above 1", Float64Array.of(4, 1.5)],
    ["NaN", Float64Array.of(Number.NaN, 0.3)],
    ["infinity", Float64Array.of(Infinity, 0.3)],
  ])("%s is off support: -Infinity and a zero gradient for its row, the others untouched", (_, off) => {
    const { logTerms: clean } = evaluated();
    const cleanGradient = new Float64Array(6);
    const adjoint = new Float64Array(5).fill(1);
    evaluated().bound.pullback(adjoint, cleanGradient);
    const { bound, logTerms } = evaluated(Float64Array.of(...off, ...THETA.subarray(2)));
    const gradient = new Float64Array(6);
    bound.pullback(adjoint, gradient);
    expect([...logTerms]).toEqual([-Infinity, -Infinity, ...clean.subarray(2)]);
    expect([...gradient]).toEqual([0, 0, ...cleanGradient.subarray(2)]);
    expect([...chips.logProb(5, off)]).toEqual([-Infinity]);
    // And back.
    bound.evaluate(THETA, logTerms);
    expect(logTerms).toEqual(clean);
  });

  test("no rows, no trials, and rows without trials are legal", () => {
    const none = chips.bind({ chips: [] }, new Int32Array(0), 0);
    none.evaluate(new Float64Array(0), new Float64Array(0));
    none.pullback(new Float64Array(0), new Float64Array(0));
    expect([none.numTerms, none.termOfTrial.length]).toEqual([0, 0]);
    const sparse = chips.bind({ chips: [5] }, Int32Array.of(1), 3);
    const logTerms = new Float64Array(1);
    sparse.evaluate(THETA, logTerms);
    const gradient = new Float64Array(6);
    sparse.pullback(Float64Array.of(1), gradient);
    expect(logTerms[0]).toBe(chips.logProb(5, THETA.subarray(2, 4))[0]);
    expect([...gradient].map((value) => value !== 0)).toEqual([false, false, true, true, false, false]);
  });

  test("trials of a row cost terms, not runs of the network: a thousand equal trials are one term", () => {
    const bound = chips.bind({ chips: new Array<number>(1000).fill(4) }, new Int32Array(1000), 1);
    expect(bound.numTerms).toBe(1);
    expect(bound.multiplicity[0]).toBe(1000);
  });

  test("a bound likelihood has buffers of its own", () => {
    const [first, second] = [evaluated(), evaluated(THETA.map((value) => 0.9 * value))];
    const gradient = new Float64Array(6);
    first.bound.pullback(new Float64Array(5).fill(1), gradient);
    const alone = new Float64Array(6);
    evaluated().bound.pullback(new Float64Array(5).fill(1), alone);
    expect(gradient).toEqual(alone);
    expect(second.logTerms).not.toEqual(first.logTerms);
  });

  test("bad data are typed errors", async () => {
    const bind = (data: Record<string, number[]>) => chips.bind(data, Int32Array.of(0, 0), 1);
    expect(await caughtError(() => bind({ cookies: [1, 2] }))).toMatchObject({ kind: "input", field: "chips" });
    expect((await caughtError(() => bind({ cookies: [1, 2] }))).remedy).toContain("cookies");
    expect(await caughtError(() => bind({}))).toMatchObject({ kind: "input", field: "chips" });
    expect(await caughtError(() => bind({ chips: [1, 2, 3] }))).toMatchObject({ kind: "input", field: "chips" });
    for (const bad of [Number.NaN, -1, 1.5, Infinity]) {
      expect(await caughtError(() => bind({ chips: [1, bad] }))).toMatchObject({
        kind: "input",
        field: "chips",
        row: 1,
      });
    }
  });
});

describe("logProb", () => {
  test("takes one θ row for all, one for each, and plain numbers", () => {
    const all = chips.logProb([0, 5, 12], [4, 0.3]);
    expect(all).toHaveLength(3);
    expect([...all]).toEqual([0, 5, 12].map((x) => chips.logProb(x, [4, 0.3])[0]));
    expect([...chips.logProb([5, 5, 5], THETA)]).toEqual(
      [0, 2, 4].map((from) => chips.logProb(5, THETA.subarray(from, from + 2))[0]),
    );
    expect(chips.logProb([], [4, 0.3])).toHaveLength(0);
    expect(chips.logProb([], [])).toHaveLength(0);
  });

  test("does not depend on how many are asked for at once", () => {
    const rng = rngFromSeed(8);
    const x = Array.from({ length: 600 }, () => Math.floor(40 * rng.uniform()));
    const theta = x.flatMap(() => [0.5 + 20 * rng.uniform(), rng.uniform()]);
    const together = chips.logProb(x, theta);
    for (const i of [0, 1, 255, 256, 257, 511, 599]) {
      expect(together[i]).toBe(chips.logProb(x[i], theta.slice(2 * i, 2 * i + 2))[0]);
    }
  });

  test("masses over counts sum to 1", () => {
    const counts = Array.from({ length: 3000 }, (_, k) => k);
    const total = chips.logProb(counts, [4, 0.3]).reduce((sum, value) => sum + Math.exp(value), 0);
    expect(Math.abs(total - 1)).toBeLessThan(1e-9);
  });

  test("θ that does not fit and x that is no count are typed errors", async () => {
    for (const theta of [[], [4], [4, 0.3, 1], THETA]) {
      expect(await caughtError(() => chips.logProb([1, 2], theta))).toMatchObject({ kind: "input", field: "theta" });
    }
    expect(await caughtError(() => chips.logProb([1, 2.5], [4, 0.3]))).toMatchObject({ field: "chips", row: 1 });
  });
});

describe("sample", () => {
  test("means of draws are those of the masses", () => {
    const counts = Array.from({ length: 3000 }, (_, k) => k);
    const masses = chips.logProb(counts, [4, 0.3]).map(Math.exp);
    const mean = masses.reduce((sum, mass, k) => sum + mass * k, 0);
    const variance = masses.reduce((sum, mass, k) => sum + mass * (k - mean) ** 2, 0);
    const draws = chips.sample(rngFromSeed(4), [4, 0.3], 20_000);
    expectMeanWithin({
      estimate: draws.reduce((sum, draw) => sum + draw, 0) / draws.length,
      expected: mean,
      standardError: Math.sqrt(variance / draws.length),
    });
  });

  test("takes one θ row for all or one for each; θ off support draws NaN", () => {
    const draws = chips.sample(rngFromSeed(4), [4, 0.3, -1, 0.3, 15, 0.05], 3);
    expect([...draws].map(Number.isNaN)).toEqual([false, true, false]);
    const same = chips.sample(rngFromSeed(5), [4, 0.3], 500);
    const repeated = Array.from({ length: 500 }, () => [4, 0.3]).flat();
    expect(chips.sample(rngFromSeed(5), repeated, 500)).toEqual(same);
    expect(same.every((draw) => Number.isInteger(draw) && draw >= 0)).toBe(true);
  });

  test("writes to the array that it is given, and no further", () => {
    const out = new Float64Array(4).fill(-7);
    expect(chips.sample(rngFromSeed(4), [4, 0.3], 3, out)).toBe(out);
    expect(out[3]).toBe(-7);
    expect([...out.subarray(0, 3)]).toEqual([...chips.sample(rngFromSeed(4), [4, 0.3], 3)]);
    expect(() => chips.sample(rngFromSeed(4), [4, 0.3], 5, out)).toThrow("room for 4");
    expect(chips.sample(rngFromSeed(4), [4, 0.3], 0)).toHaveLength(0);
  });

  test("θ that does not fit and a bad count are typed errors", async () => {
    const error = await caughtError(() => chips.sample(rngFromSeed(1), [4, 0.3, 5, 0.2], 3));
    expect(error).toMatchObject({ kind: "input", field: "theta" });
    expect(await caughtError(() => chips.sample(rngFromSeed(1), [4, 0.3], 1.5, new Float64Array(2)))).toMatchObject({
      kind: "input",
      field: "count",
    });
  });
});

test("describes itself", () => {
  expect(chips.isNormalised).toBe(true);
  expect(chips.trainingBox).toEqual({ rate: [0.5, 20.5], share: [0, 1] });
  expect(chips.parameters.map(({ name }) => name)).toEqual(["rate", "share"]);
  expect(chips.columns).toEqual([{ name: "chips", kind: "count" }]);
  expect(chips.conditions).toEqual([]);
});

test("weights that do not fit the specification are a bug", () => {
  expect(() => createEstimator(exampleSpec(), new Float32Array(5))).toThrow("got 5");
});
