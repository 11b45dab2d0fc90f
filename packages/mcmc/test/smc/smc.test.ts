import type { Progress, TemperedDensity } from "@poolish/core";
import { rngFromSeed } from "@poolish/core";
import { intervalBijector, logBeta, logGamma, standardGamma, standardNormalCdf } from "@poolish/math";
import { type SmcDraws, type SmcOptions, smc } from "@poolish/mcmc";
import { sbibmPosterior, sbibmTask } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { ALLOWED, logNormals, meanOf, tempered, twoModes, withNormalPrior } from "./fixtures.ts";

function complete(density: TemperedDensity, seed: number, options?: SmcOptions): SmcDraws {
  const draws = smc(density, rngFromSeed(seed), options);
  if (draws.kind !== "complete") throw new Error(`the run ended as ${draws.kind}`);
  expect(draws.numDuplicates).toBe(0);
  return draws;
}

function expectMean(draws: SmcDraws, f: (position: Float64Array) => number, expected: number): void {
  const { estimate, standardError } = meanOf(draws, f);
  expect(standardError).toBeGreaterThan(0);
  expect(Math.abs(estimate - expected) / standardError, `${estimate} ± ${standardError}, not ${expected}`).toBeLessThan(
    ALLOWED,
  );
}

function expectEvidence({ evidence: { logEvidence, standardError } }: SmcDraws, expected: number): void {
  expect(standardError).toBeGreaterThan(0);
  // Above this the check says little.
  expect(standardError).toBeLessThan(0.25);
  const z = (logEvidence - expected) / standardError;
  expect(Math.abs(z), `${logEvidence} ± ${standardError}, not ${expected}`).toBeLessThan(ALLOWED);
}

/** θ_j ~ Normal(0, 2) seen once with noise .1 at 1.5: the evidence is Normal(1.5; 0, √4.01) to the power dim. */
function conjugateNormal(dim: number): {
  density: TemperedDensity;
  logEvidence: number;
  mean: number;
  variance: number;
} {
  const density = withNormalPrior(dim, 2, (position, gradient) => logNormals(position, 1.5, 0.1, gradient));
  const logEvidence = logNormals(new Float64Array(dim).fill(1.5), 0, Math.sqrt(4.01), new Float64Array(dim));
  const variance = 1 / (1 / 4 + 1 / 0.01);
  return { density, logEvidence, mean: (1.5 / 0.01) * variance, variance };
}

describe("closed forms", () => {
  test("conjugate normal", () => {
    const { density, logEvidence, mean, variance } = conjugateNormal(3);
    const draws = complete(density, 1);
    expectEvidence(draws, logEvidence);
    for (let j = 0; j < 3; j++) {
      expectMean(draws, (position) => position[j], mean);
      expectMean(draws, (position) => (position[j] - mean) ** 2, variance);
    }
    expectMean(draws, (position) => (position[0] - mean) * (position[1] - mean), 0);
  });

  test("gamma–Poisson, on the log scale", () => {
    const [shape, rate, counts] = [2, 0.5, [7, 11, 9]];
    const total = counts.reduce((sum, count) => sum + count);
    const logConstant = -counts.reduce((sum, count) => sum + logGamma(count + 1), 0);
    const density = tempered(1, {
      samplePrior(rng, position) {
        position[0] = Math.log(standardGamma(rng, shape) / rate);
      },
      logPrior([u], gradient) {
        gradient[0] = shape - rate * Math.exp(u);
        return shape * Math.log(rate) - logGamma(shape) + shape * u - rate * Math.exp(u);
      },
      logLikelihood([u], gradient) {
        gradient[0] = total - counts.length * Math.exp(u);
        return logConstant + total * u - counts.length * Math.exp(u);
      },
    });
    const draws = complete(density, 2);
    const posteriorShape = shape + total;
    const posteriorRate = rate + counts.length;
    const logEvidence =
      logConstant +
      shape * Math.log(rate) -
      logGamma(shape) +
      logGamma(posteriorShape) -
      posteriorShape * Math.log(posteriorRate);
    expectEvidence(draws, logEvidence);
    const mean = posteriorShape / posteriorRate;
    expectMean(draws, ([u]) => Math.exp(u), mean);
    expectMean(draws, ([u]) => (Math.exp(u) - mean) ** 2, posteriorShape / posteriorRate ** 2);
  });

  test("a bounded prior: 9 of 10 successes under uniform(0, 1)", () => {
    const bijector = intervalBijector(0, 1, 1);
    const theta = new Float64Array(1);
    const slope = new Float64Array(1);
    const zero = new Float64Array(1);
    const density = tempered(1, {
      samplePrior(rng, position) {
        theta[0] = rng.uniform();
        bijector.unconstrain(theta, position);
      },
      logPrior(position, gradient) {
        gradient[0] = 0;
        const logJacobian = bijector.constrain(position, theta);
        bijector.pullback(position, theta, zero, gradient);
        return logJacobian;
      },
      logLikelihood(position, gradient) {
        bijector.constrain(position, theta);
        slope[0] = 9 / theta[0] - 1 / (1 - theta[0]);
        gradient[0] = slope[0] * theta[0] * (1 - theta[0]);
        return 9 * Math.log(theta[0]) + Math.log1p(-theta[0]);
      },
    });
    const draws = complete(density, 3);
    expectEvidence(draws, logBeta(10, 2));
    expectMean(draws, ([u]) => 1 / (1 + Math.exp(-u)), 10 / 12);
  });

  test("a likelihood that is 0 for most of the prior: Normal(0, 1) beyond 1", () => {
    const density = withNormalPrior(1, 1, ([x], gradient) => {
      gradient[0] = 0;
      return x > 1 ? 0 : -Infinity;
    });
    const draws = complete(density, 4);
    const tail = standardNormalCdf(-1);
    expectEvidence(draws, Math.log(tail));
    expectMean(draws, ([x]) => x, Math.exp(-0.5) / Math.sqrt(2 * Math.PI) / tail);
    expect(draws.positions.every((x) => x > 1)).toBe(true);
  });

  test("a failing likelihood counts as 0", () => {
    const density = withNormalPrior(1, 1, ([x], gradient) => {
      gradient[0] = 0;
      return x > 0 ? 0 : NaN;
    });
    expectEvidence(complete(density, 5), Math.log(0.5));
  });

  test("a funnel: v ~ Normal(0, 1.5), x_j ~ Normal(0, exp(v / 2)), from x_j ~ Normal(0, 10)", () => {
    const dim = 5;
    const x = new Float64Array(dim - 1);
    const xGradient = new Float64Array(dim - 1);
    const logPrior = (position: Float64Array, gradient: Float64Array): number => {
      x.set(position.subarray(1));
      const wide = logNormals(x, 0, 10, xGradient);
      gradient.set(xGradient, 1);
      gradient[0] = -position[0] / 1.5 ** 2;
      return wide - 0.5 * (position[0] / 1.5) ** 2 - Math.log(1.5 * Math.sqrt(2 * Math.PI));
    };
    const density = tempered(dim, {
      samplePrior(rng, position) {
        withNormalPrior(dim, 10, () => 0).samplePrior(rng, position);
        position[0] *= 0.15;
      },
      logPrior,
      logLikelihood(position, gradient) {
        x.set(position.subarray(1));
        const wide = logNormals(x, 0, 10, xGradient);
        for (let j = 1; j < dim; j++) gradient[j] = -xGradient[j - 1];
        const funnel = logNormals(x, 0, Math.exp(position[0] / 2), xGradient);
        for (let j = 1; j < dim; j++) gradient[j] += xGradient[j - 1];
        gradient[0] = -0.5 * (dim - 1);
        for (let j = 1; j < dim; j++) gradient[0] -= 0.5 * position[j] * xGradient[j - 1];
        return funnel - wide;
      },
    });
    const draws = complete(density, 6);
    expectEvidence(draws, 0);
    expectMean(draws, ([v]) => v, 0);
    expectMean(draws, ([v]) => v * v, 1.5 ** 2);
    expectMean(draws, (position) => position[1] * Math.exp(-position[0] / 2), 0);
  });
});

describe("several modes keep their masses", () => {
  test.each([2, 5])(".3 and .7 in %i dimensions", (dim) => {
    const { density, logEvidence } = twoModes(dim);
    const draws = complete(density, 7);
    expectEvidence(draws, logEvidence);
    expectMean(draws, ([x]) => Number(x < 0), 0.3);
    const { standardError } = meanOf(draws, ([x]) => Number(x < 0));
    expect(standardError).toBeLessThan(0.05);
    // Within the right mode the prior pulls the mean from 4 by the factor 25 / 25.25.
    expectMean(draws, ([x]) => (x > 0 ? x - 4 * (25 / 25.25) : 0), 0);
  });

  test("the four modes of SLCP", () => {
    const x = Float64Array.of(1, -0.5, 2, 0.3, -1.2, -1.6, 0.4, -0.2);
    const draws = complete(sbibmPosterior(sbibmTask("slcp"), x), 8, { particles: 2000 });
    expectMean(draws, (position) => Number(position[2] > 0), 0.5);
    expectMean(draws, (position) => Number(position[3] > 0), 0.5);
    expectMean(draws, (position) => Number(position[2] * position[3] > 0), 0.5);
    expect(meanOf(draws, (position) => Number(position[2] > 0)).standardError).toBeLessThan(0.1);
  });
});

/**
 * 20 squared z-scores: for t with 19 degrees of freedom Σ z² · 17 / 19 is close to χ² with 20, which lies outside
 * (5.4, 47.5) once in 1,000.
 */
describe("the error of the log evidence is calibrated over 20 seeds", () => {
  test.each([
    ["conjugate normal", conjugateNormal(2)],
    ["two modes", twoModes(2)],
  ])("%s", (_, { density, logEvidence }) => {
    let squares = 0;
    for (let seed = 100; seed < 120; seed++) {
      const { evidence } = complete(density, seed, { particles: 600 });
      squares += ((evidence.logEvidence - logEvidence) / evidence.standardError) ** 2;
    }
    const statistic = (squares * 17) / 19;
    expect(statistic).toBeGreaterThan(5.4);
    expect(statistic).toBeLessThan(47.5);
  });
});

const { density: small } = conjugateNormal(2);
const few = { particles: 400 };

describe("a run", () => {
  test("repeats itself to the bit, leaves the stream alone, and differs by seed", () => {
    const rng = rngFromSeed(9);
    const first = smc(small, rng, few);
    expect(smc(small, rng, few)).toStrictEqual(first);
    expect(rng.uint32()).toBe(rngFromSeed(9).uint32());
    expect(complete(small, 10, few).positions).not.toEqual((first as SmcDraws).positions);
  });

  test("runs with 10,000 particles, and says where they come from", () => {
    const draws = complete(small, 11, { particles: 10_000, conditionalShare: 0.5 });
    expect(draws.numDraws).toBe(10_000);
    expect(draws.positions).toHaveLength(20_000);
    expect(draws.group).toHaveLength(10_000);
    for (let i = 1; i < 10_000; i++) expect(draws.group[i] >= draws.group[i - 1]).toBe(true);
    expect(new Set(draws.group)).toHaveLength(20);
  });

  test("returns the densities of its draws", () => {
    const draws = complete(small, 12, few);
    const gradient = new Float64Array(2);
    for (let i = 0; i < draws.numDraws; i++) {
      const position = draws.positions.subarray(2 * i, 2 * i + 2);
      expect(draws.logPrior[i]).toBe(small.logPrior(position, gradient));
      expect(draws.logLikelihood[i]).toBe(small.logLikelihood(position, gradient));
    }
  });

  test("takes more temperatures for a higher share, and ends at 1", () => {
    const fast = complete(small, 13, { ...few, conditionalShare: 0.5 }).temperatures;
    const slow = complete(small, 13, { ...few, conditionalShare: 0.95 }).temperatures;
    expect(slow.length).toBeGreaterThan(fast.length);
    for (const { length, [length - 1]: last } of [fast, slow]) expect(last.temperature).toBe(1);
    for (let k = 1; k < slow.length; k++) expect(slow[k].temperature).toBeGreaterThan(slow[k - 1].temperature);
  });

  test("tells of each temperature", () => {
    const reports: Progress[] = [];
    const draws = smc(small, rngFromSeed(14), few, { onProgress: (progress) => reports.push(progress) });
    expect(reports).toHaveLength((draws as SmcDraws).temperatures.length);
    expect(reports.at(-1)).toMatchObject({ task: "smc", done: 1000, total: 1000 });
    expect(reports[0].message).toMatch(/^temperature 1: .*effective share 0\.\d\d, \d+ sweeps, acceptance/);
  });

  test("ends when it is cancelled, with no draws", () => {
    let looks = 0;
    const cancelled = smc(small, rngFromSeed(15), few, { isCancelled: () => ++looks === 20 });
    expect(cancelled.kind).toBe("cancelled");
    expect(looks).toBe(20);
    expect((cancelled as { temperature: number }).temperature).toBeLessThan(1);
  });

  test("says when no particle has a likelihood, and when prior draws have no density", () => {
    const impossible = withNormalPrior(1, 1, () => -Infinity);
    const failure = smc(impossible, rngFromSeed(16), few);
    expect(failure).toEqual({ kind: "noInitialParticles", cause: "likelihood", numAttempts: 40_000 });
    const mismatched = { ...impossible, logPrior: () => NaN };
    expect(smc(mismatched, rngFromSeed(16), few)).toMatchObject({ kind: "noInitialParticles", cause: "prior" });
  });

  test("goes on without slots that gave up on draws that have no density", () => {
    // 1 in 100 draws is possible, half of the others have no prior density: most slots find one, a few hold what has none.
    const rare: TemperedDensity = withNormalPrior(1, 1, (position) => (position[0] > 2.326 ? 0 : -Infinity));
    const gradient = new Float64Array(1);
    const density: TemperedDensity = {
      ...rare,
      logPrior: (position, into) => (position[0] < 0 ? NaN : rare.logPrior(position, into)),
    };
    const { positions } = complete(density, 18, few);
    for (const position of positions) expect(rare.logLikelihood(Float64Array.of(position), gradient)).toBe(0);
  });

  test("draws again where the prior rounds to the edge of its support", () => {
    let numDraws = 0;
    const density = { ...small };
    density.samplePrior = (rng, position) => {
      small.samplePrior(rng, position);
      if (numDraws++ % 3 === 0) position[0] = Infinity;
    };
    expect(complete(density, 17, few).positions.every(Number.isFinite)).toBe(true);
  });

  test.each<[string, SmcOptions]>([
    ["particles", { particles: 199 }],
    ["particles", { particles: 1000.5 }],
    ["conditionalShare", { conditionalShare: 1 }],
    ["conditionalShare", { conditionalShare: NaN }],
  ])("refuses %s %o", (field, options) => {
    expect(() => smc(small, rngFromSeed(1), options)).toThrow(expect.objectContaining({ kind: "input", field }));
  });
});
