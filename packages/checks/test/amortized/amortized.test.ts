import { contraction, expectedCoverage, misspecification, posteriorCalibration } from "@poolish/checks";
import { PoolishError, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";
import { conjugatePosterior, conjugateSimulations } from "./conjugate.ts";

const simulations = conjugateSimulations(1, 600);
const options = { seed: 2, count: 600 } as const;

describe("simulation-based calibration of an amortised posterior", () => {
  // At 600 simulations a shift of .5 sd moves the mean rank by .14 of its range, 12 standard errors of √(1/12/600); a
  // stretch of .7 raises the ranks' variance to .121 from .083, 12 standard errors of √(1/180/600) as well.
  test("a right posterior passes, one too narrow and one shifted fail, and say how", async () => {
    const right = await posteriorCalibration(conjugatePosterior(1, 0), simulations, options);
    expect(right.isCalibrated).toBe(true);
    const narrow = await posteriorCalibration(conjugatePosterior(0.7, 0), simulations, options);
    expect(narrow.isCalibrated).toBe(false);
    expect(narrow.notices[0]).toContain("too narrow");
    const shifted = await posteriorCalibration(conjugatePosterior(1, 0.5), simulations, options);
    expect(shifted.isCalibrated).toBe(false);
    expect(shifted.notices[0]).toContain("too high");
  });

  test("the same seed gives the same ranks", async () => {
    const [a, b] = await Promise.all(
      [1, 2].map(() => posteriorCalibration(conjugatePosterior(1, 0), simulations, { seed: 5, count: 50 })),
    );
    expect(a.quantities.map(({ ranks }) => [...ranks])).toEqual(b.quantities.map(({ ranks }) => [...ranks]));
  });

  test("lengths that do not fit and too few simulations are refused", async () => {
    const other = { ...simulations, count: 100 };
    await expect(posteriorCalibration(conjugatePosterior(1, 0), other, options)).rejects.toThrow(PoolishError);
    await expect(expectedCoverage(conjugatePosterior(1, 0), conjugateSimulations(1, 10), options)).rejects.toThrow(
      "too few",
    );
  });
});

describe("expected coverage", () => {
  /** Of two independent normals too narrow by s, the HPD region of credibility c holds 1 − (1 − c)^(s²): χ² of 2. */
  const stretched = (credibility: number, stretch: number): number => 1 - (1 - credibility) ** (stretch * stretch);

  test("is the credibility for a right posterior, by highest densities and by random points", async () => {
    const check = await expectedCoverage(conjugatePosterior(1, 0), simulations, options);
    expect(check.isCalibrated).toBe(true);
    expect(check.coverages.map(({ name }) => name)).toEqual(["highest density", "random points (TARP)"]);
  });

  test("has the closed form of a posterior that is too narrow", async () => {
    const check = await expectedCoverage(conjugatePosterior(0.7, 0), simulations, options);
    expect(check.isCalibrated).toBe(false);
    const [{ coverage, excess }] = check.coverages;
    expect(excess).toBeLessThan(0);
    for (const j of [20, 50, 80]) {
      const wanted = stretched(j / 100, 0.7);
      // 5 binomial standard errors over 600 truths; the ranks among 99 draws blur the level by less than one.
      expect(Math.abs(coverage[j - 1] - wanted)).toBeLessThan(5 * Math.sqrt((wanted * (1 - wanted)) / 600));
    }
    expect(check.notices.join(" ")).toContain("overconfident");
  });

  test("a shifted posterior fails; without a density, random points alone see it", async () => {
    const { logProb: _, ...drawn } = conjugatePosterior(1, 1);
    const check = await expectedCoverage(drawn, simulations, options);
    expect(check.coverages).toHaveLength(1);
    expect(check.isCalibrated).toBe(false);
  });
});

describe("contraction and z-scores", () => {
  test("of a conjugate normal: contraction 1/2, mean squared z-score 1", async () => {
    const { parameters, notices } = await contraction(conjugatePosterior(1, 0), simulations, options);
    expect(notices).toEqual([]);
    for (const { meanContraction, meanSquaredZ } of parameters) {
      // The prior's variance is that of 600 draws, known to √(2/600); z² of a normal has variance 2.
      expect(Math.abs(meanContraction - 0.5)).toBeLessThan(0.5 * 5 * Math.sqrt(2 / 600));
      expect(Math.abs(meanSquaredZ - 1)).toBeLessThan(5 * Math.sqrt(2 / 600));
    }
  });

  test("a narrow posterior has mean squared z-score 1 / stretch², and a notice", async () => {
    const { parameters, notices } = await contraction(conjugatePosterior(0.7, 0), simulations, options);
    for (const { meanSquaredZ } of parameters) {
      expect(Math.abs(meanSquaredZ - 1 / 0.49)).toBeLessThan((5 * Math.sqrt(2 / 600)) / 0.49);
    }
    expect(notices.join(" ")).toContain("too narrow");
  });

  test("few draws do not make a right posterior look narrow, nor do categories", async () => {
    const options = { seed: 3, count: 4000, numDraws: 10 } as const;
    // As so many draws of one normal: the square of each has a mean of 1, and at most the 2 of a normal for its variance.
    const [normals] = (await contraction(conjugatePosterior(1, 0), conjugateSimulations(7, 4000), options)).parameters;
    expect(Math.abs(normals.meanSquaredZ - 1)).toBeLessThan(4 * Math.sqrt(2 / 4000));
    const rng = rngFromSeed(4);
    const x = Float64Array.from({ length: 4000 }, () => 0.02 + 0.3 * rng.uniform());
    const theta = x.map((share) => Number(rng.uniform() < share));
    const draw = (own: typeof rng, [share]: Float64Array, count: number) =>
      Float64Array.from({ length: count }, () => Number(own.uniform() < share));
    const posterior = { parameters: [{ name: "isOn" }], sample: draw };
    const { parameters, notices } = await contraction(posterior, { count: 4000, theta, x }, options);
    expect(Math.abs(parameters[0].meanSquaredZ - 1)).toBeLessThan(4 * parameters[0].standardError);
    expect(notices.filter((notice) => notice.includes("z-score"))).toEqual([]);
  });

  test("draws that are all one number contract whole, and are right where that is the truth", async () => {
    const theta = Float64Array.from({ length: 100 }, (_, i) => i % 2);
    const posterior = {
      parameters: [{ name: "isOn" }],
      sample: (_: unknown, x: Float64Array, count: number) => new Float64Array(count).fill(x[0]),
    };
    const right = await contraction(posterior, { count: 100, theta, x: theta }, { seed: 1 });
    expect(right.parameters[0].contractions.every((value) => value === 1)).toBe(true);
    expect(right.parameters[0].zScores.every((z) => z === 0)).toBe(true);
    expect(right.notices).toEqual([]);
    const x = theta.map((value) => 1 - value);
    const wrong = await contraction(posterior, { count: 100, theta, x }, { seed: 1 });
    expect(wrong.parameters[0].meanSquaredZ).toBeCloseTo(400, 8);
    expect(wrong.notices.join(" ")).toContain("too narrow");
  });

  test("a posterior that is the prior says next to nothing", async () => {
    const prior = {
      ...conjugatePosterior(1, 0),
      sample: (rng: ReturnType<typeof rngFromSeed>, _: Float64Array, count: number) =>
        Float64Array.from({ length: 2 * count }, () => standardNormal(rng)),
    };
    const { notices } = await contraction(prior, simulations, { seed: 1, numDraws: 2000, count: 200 });
    expect(notices.join(" ")).toContain("next to nothing");
  });

  test("a click can cancel what runs, and calibration too", async () => {
    const checks = [contraction, posteriorCalibration, expectedCoverage];
    for (const check of checks) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 0);
      const { signal } = controller;
      const running = check(conjugatePosterior(1, 0), simulations, { ...options, signal });
      await expect(running).rejects.toMatchObject({ kind: "cancelled" });
    }
  });
});

describe("misspecification", () => {
  const posterior = conjugatePosterior(1, 0);
  const many = conjugateSimulations(3, 2000);

  test("p-values of further simulations are uniform enough: about one in a hundred warns", () => {
    const fresh = conjugateSimulations(4, 400);
    const far = Array.from({ length: 400 }, (_, i) =>
      misspecification(posterior, many, fresh.x.subarray(2 * i, 2 * i + 2), { count: 400 }),
    );
    // Binomial(400, .01): 4 expected, 5 standard errors of 2 above; the null itself has 200 values, which doubles the variance.
    expect(far.filter(({ isFar }) => isFar).length).toBeLessThan(4 + 5 * 2 * Math.SQRT2);
  });

  test("an observation in another unit, and one off the simulations' correlation, are far", () => {
    expect(misspecification(posterior, many, [12, 0.5]).isFar).toBe(true);
    const rng = rngFromSeed(8);
    const theta = new Float64Array(4000);
    const x = Float64Array.from({ length: 4000 }, (_, i) => i);
    for (let i = 0; i < 2000; i++) {
      x[2 * i] = standardNormal(rng);
      x[2 * i + 1] = x[2 * i] + 0.1 * standardNormal(rng);
    }
    const correlated = { count: 2000, theta, x };
    expect(misspecification(posterior, correlated, [1, 1]).isFar).toBe(false);
    const off = misspecification(posterior, correlated, [1, -1]);
    expect(off.isFar).toBe(true);
    expect(off.notices[0]).toContain("extrapolated");
  });

  test("is looked for among summaries where there are any", () => {
    const blind = { ...posterior, summaries: (x: Float64Array) => Float64Array.of(x[0]) };
    expect(misspecification(blind, many, [0, 100]).isFar).toBe(false);
    expect(misspecification(blind, many, [100, 0]).isFar).toBe(true);
  });

  test("sets of trials without summaries, and rows that are not whole, are refused", () => {
    const { parameters } = posterior;
    const theta = new Float64Array(400);
    const sets = {
      count: 200,
      theta,
      x: new Float64Array(300),
      numTrials: Int32Array.from(theta.subarray(200), (_, i) => 1 + (i % 2)),
    };
    expect(() => misspecification({ parameters }, sets, [1])).toThrow("differ in number");
    const broken = { count: 200, theta, x: new Float64Array(301) };
    expect(() => misspecification({ parameters }, broken, [1])).toThrow("do not fill 200 rows");
  });

  test("x of another length, or not finite, is refused", () => {
    expect(() => misspecification(posterior, many, [1])).toThrow("summaries");
    expect(() => misspecification(posterior, many, [1, Number.NaN])).toThrow("finite");
  });
});
