import { type LogDensity, rngFromSeed, type TemperedDensity } from "@poolish/core";
import {
  beta,
  compile,
  exponential,
  gamma,
  halfCauchy,
  halfNormal,
  laplace,
  learned,
  linkModel,
  logNormal,
  model,
  normal,
  studentT,
  temperedModel,
  uniform,
} from "@poolish/ppl";
import { allowedStandardErrors, expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import type { Define } from "../support/compiling.ts";
import { expectGradient, valueAt } from "../support/linked.ts";
import { recordingLikelihood } from "../support/recordingLikelihood.ts";

function compiled(define: Define) {
  const { model: compiledModel, likelihoods } = compile(model("test", define), {});
  return { linked: linkModel(compiledModel, likelihoods), density: temperedModel(compiledModel, likelihoods) };
}

const { likelihood } = recordingLikelihood(["a", "b"]);

/** Latent values in plates, deterministic ones, learned and plain observations, a factor. */
const hierarchy: Define = ({ sample, plate, observe, deterministic, factor }) => {
  const mu = sample("mu", gamma(2, 0.2));
  const sigma = sample("sigma", exponential(1));
  const rate = plate("group", ["u", "v"], () => sample("rate", gamma(mu.div(sigma), sigma.reciprocal())));
  const share = sample("share", uniform(-1, 3));
  deterministic("ratio", mu.div(sigma));
  observe("x", learned(likelihood, { a: rate.at([0, 1, 1]), b: [0.1, 0.2, 0.2] }), { x: [1, 2, 3] });
  observe("y", normal(rate.at([1, 0]), sigma), [0.5, 1.5]);
  factor(share.square().mul(-2));
};

const positions = [
  [0.1, 0.2, 0.3, 0.4, -0.5],
  [-1, 0.5, 2, -0.7, 1.3],
];

/** One of the parts as a density. */
function part(density: TemperedDensity, name: "logPrior" | "logLikelihood"): LogDensity {
  return { dim: density.dim, valueAndGradient: (position, gradient) => density[name](position, gradient) };
}

function partsAt(density: TemperedDensity, position: readonly number[]) {
  const at = Float64Array.from(position);
  const [priorGradient, likelihoodGradient, gradient] = [0, 0, 0].map(() => new Float64Array(density.dim));
  const prior = density.logPrior(at, priorGradient);
  const likelihoodValue = density.logLikelihood(at, likelihoodGradient);
  const value = density.valueAndGradient(at, gradient);
  return { prior, likelihood: likelihoodValue, value, priorGradient, likelihoodGradient, gradient };
}

describe("prior and likelihood", () => {
  test.each(positions.map((position) => [position]))(
    "add up to the posterior of the linked model at %j",
    (position) => {
      const { linked, density } = compiled(hierarchy);
      expect(density.dim).toBe(linked.dim);
      const expected = new Float64Array(linked.dim);
      const value = linked.valueAndGradient(Float64Array.from(position), expected);
      const parts = partsAt(density, position);
      expect(parts.value).toBe(value);
      expect(parts.gradient).toStrictEqual(expected);
      // Sums in another order: a few units in the last place of the largest part.
      const size = Math.max(Math.abs(parts.prior), Math.abs(parts.likelihood));
      expect(Math.abs(parts.prior + parts.likelihood - value)).toBeLessThan(1e-14 * size);
      for (let j = 0; j < linked.dim; j++) {
        const largest = Math.max(1, Math.abs(parts.priorGradient[j]), Math.abs(expected[j]));
        const error = Math.abs(parts.priorGradient[j] + parts.likelihoodGradient[j] - expected[j]);
        expect(error).toBeLessThan(1e-14 * largest);
      }
    },
  );

  test.each(positions.map((position) => [position]))("have the gradients of their values at %j", (position) => {
    const { density } = compiled(hierarchy);
    expectGradient(part(density, "logPrior"), position);
    expectGradient(part(density, "logLikelihood"), position);
  });

  test("the prior is that of the model without data, and data and factors are the likelihood", () => {
    const { density } = compiled(hierarchy);
    const { linked: prior } = compiled(({ sample, plate }) => {
      const mu = sample("mu", gamma(2, 0.2));
      const sigma = sample("sigma", exponential(1));
      plate("group", ["u", "v"], () => sample("rate", gamma(mu.div(sigma), sigma.reciprocal())));
      sample("share", uniform(-1, 3));
    });
    for (const position of positions) expect(partsAt(density, position).prior).toBe(valueAt(prior, position));
  });

  test("a factor and an observation have their closed forms", () => {
    const { density } = compiled(({ sample, observe, factor }) => {
      const x = sample("x", normal(1, 2));
      observe("y", normal(x, 0.5), [3]);
      factor(x.mul(-0.25));
    });
    const parts = partsAt(density, [0.3]);
    const logNormalAt = (z: number, sd: number) => -0.5 * z * z - Math.log(sd * Math.sqrt(2 * Math.PI));
    expect(parts.prior).toBeCloseTo(logNormalAt(-0.35, 2), 13);
    expect(parts.priorGradient[0]).toBeCloseTo(0.35 / 2, 13);
    expect(parts.likelihood).toBeCloseTo(logNormalAt(5.4, 0.5) - 0.075, 13);
    expect(parts.likelihoodGradient[0]).toBeCloseTo(5.4 / 0.5 - 0.25, 12);
  });

  test("a model without data has likelihood 1", () => {
    const { density } = compiled(({ sample }) => {
      sample("x", beta(2, 3));
    });
    expect(partsAt(density, [0.7])).toMatchObject({ likelihood: 0, likelihoodGradient: Float64Array.of(0) });
  });

  test("data that a parameter rules out have likelihood 0 under a finite prior", () => {
    const { density } = compiled(({ sample, observe }) => {
      observe("y", uniform(0, sample("upper", exponential(1))), [2]);
    });
    const parts = partsAt(density, [0]);
    expect(parts.prior).toBe(-1);
    expect(parts.likelihood).toBe(-Infinity);
    expect(parts.value).toBe(-Infinity);
  });

  test("a failing likelihood is NaN", () => {
    const { density } = compiled(({ sample, factor }) => factor(sample("x", normal(0, 1)).log()));
    expect(partsAt(density, [-1]).likelihood).toBeNaN();
  });
});

const numDraws = 4000;

/** Constrained values of prior draws: one row a draw. */
function priorDraws(define: Define, seed: number): Float64Array[] {
  const { linked, density } = compiled(define);
  const rng = rngFromSeed(seed);
  return Array.from({ length: numDraws }, () => {
    const position = new Float64Array(density.dim);
    density.samplePrior(rng, position);
    const out = new Float64Array(linked.numOutputs);
    linked.constrain(position, out);
    return out;
  });
}

function expectMean(name: string, values: readonly number[], expected: number, numComparisons: number): void {
  const estimate = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - estimate) ** 2, 0) / (values.length - 1);
  expectMeanWithin({ name, estimate, standardError: Math.sqrt(variance / values.length), expected, numComparisons });
}

describe("samplePrior", () => {
  test("draws from the families: means and second moments", () => {
    const families: readonly (readonly [string, Parameters<typeof compiled>[0], number, number])[] = [
      ["normal", ({ sample }) => void sample("x", normal(1, 2)), 1, 5],
      ["exponential", ({ sample }) => void sample("x", exponential(0.5)), 2, 8],
      ["gamma", ({ sample }) => void sample("x", gamma(3, 2)), 1.5, 3],
      ["beta", ({ sample }) => void sample("x", beta(2, 3)), 0.4, 0.2],
      ["uniform", ({ sample }) => void sample("x", uniform(-1, 2)), 0.5, 1],
      ["halfNormal", ({ sample }) => void sample("x", halfNormal(2)), 2 * Math.sqrt(2 / Math.PI), 4],
      ["laplace", ({ sample }) => void sample("x", laplace(0.5, 1)), 0.5, 2.25],
      ["logNormal", ({ sample }) => void sample("x", logNormal(0.2, 0.4)), Math.exp(0.28), Math.exp(0.72)],
      ["studentT", ({ sample }) => void sample("x", studentT(10, 1, 2)), 1, 6],
    ];
    families.forEach(([name, define, mean, square], seed) => {
      const draws = priorDraws(define, seed).map(([x]) => x);
      expectMean(name, draws, mean, 2 * families.length);
      const squares = draws.map((x) => x * x);
      expectMean(`${name} squared`, squares, square, 2 * families.length);
    });
    const heavy = priorDraws(({ sample }) => void sample("x", halfCauchy(3)), 50).map(([x]) => Number(x < 3));
    expectMean("halfCauchy below its scale", heavy, 0.5, 1);
  });

  test("follows parents through plates and deterministic values", () => {
    const draws = priorDraws(({ sample, plate, deterministic }) => {
      const mu = sample("mu", normal(2, 1));
      const shifted = deterministic("shifted", mu.add(1));
      const sigma = sample("sigma", uniform(1, 2));
      plate("group", 3, () => sample("x", normal(shifted, sigma)));
    }, 60);
    // Columns: mu, shifted, sigma, x[1 … 3]. Given mu and sigma the x are independent Normal(mu + 1, sigma).
    const meanSquare = 7 / 3;
    for (let k = 0; k < 3; k++) {
      expectMean(
        "x",
        draws.map((row) => row[3 + k]),
        3,
        9,
      );
      expectMean(
        "x with mu",
        draws.map((row) => (row[3 + k] - 3) * (row[0] - 2)),
        1,
        9,
      );
      expectMean(
        "variance given mu",
        draws.map((row) => (row[3 + k] - row[1]) ** 2),
        meanSquare,
        9,
      );
    }
    expectMean(
      "siblings",
      draws.map((row) => (row[3] - row[1]) * (row[4] - row[1])),
      0,
      1,
    );
  });

  test("gives each element of a plate the parameters of its own", () => {
    const draws = priorDraws(({ sample, plate }) => {
      const centre = plate("group", 2, () => sample("centre", normal(0, 5)));
      plate("trial", 4, () => sample("x", normal(centre.at([0, 0, 1, 1]), 0.1)));
    }, 70);
    const z = draws.flatMap((row) => [0, 1, 2, 3].map((k) => (row[2 + k] - row[k < 2 ? 0 : 1]) / 0.1));
    expectMean("residual", z, 0, 2);
    expectMean(
      "squared residual",
      z.map((value) => value * value),
      1,
      2,
    );
    expect(Math.max(...z.map(Math.abs))).toBeLessThan(allowedStandardErrors(4 * numDraws));
  });

  test("leaves the data alone and repeats itself from the same stream", () => {
    const { density, linked } = compiled(hierarchy);
    const position = Float64Array.from(positions[0]);
    const before = density.valueAndGradient(position, new Float64Array(5));
    const [first, second] = [new Float64Array(5), new Float64Array(5)];
    density.samplePrior(rngFromSeed(80), first);
    density.samplePrior(rngFromSeed(80), second);
    expect(second).toStrictEqual(first);
    expect(density.valueAndGradient(position, new Float64Array(5))).toBe(before);
    expect(valueAt(linked, positions[0])).toBe(before);
  });

  test("its draws have a finite prior", () => {
    const { density } = compiled(hierarchy);
    const rng = rngFromSeed(90);
    const position = new Float64Array(5);
    for (let i = 0; i < 500; i++) {
      density.samplePrior(rng, position);
      expect(density.logPrior(position, new Float64Array(5))).toSatisfy(Number.isFinite);
    }
  });
});

describe("many positions at once", () => {
  const count = 300;
  const rng = rngFromSeed(95);

  /** Likelihood of two rows, so that 300 positions take three calls of 128. */
  test.each<[string, Define]>([
    ["with a learned likelihood", hierarchy],
    [
      "without",
      ({ sample, observe }) => observe("y", normal(sample("mu", normal(0, 2)), sample("s", gamma(2, 1))), [1, 3]),
    ],
  ])("are those one by one: %s", (_, define) => {
    const { density } = compiled(define);
    const { dim, logPartsBatch } = density;
    if (logPartsBatch === undefined) throw new Error("no batch");
    const many = new Float64Array(count * dim);
    const position = new Float64Array(dim);
    for (let i = 0; i < count; i++) {
      density.samplePrior(rng, position);
      many.set(position, i * dim);
    }
    many[7 * dim] = NaN;
    const [priors, likelihoods, bare] = [0, 0, 0].map(() => new Float64Array(count));
    const [priorGradients, likelihoodGradients] = [0, 0].map(() => new Float64Array(count * dim));
    logPartsBatch(many, count, priors, likelihoods, priorGradients, likelihoodGradients);
    logPartsBatch(many, count, new Float64Array(count), bare);
    expect(bare).toStrictEqual(likelihoods);
    expect(priors[7]).toBeNaN();
    expect(likelihoods[7]).toBe(-Infinity);
    for (let i = 0; i < count; i++) {
      if (i === 7) continue;
      const parts = partsAt(density, [...many.subarray(i * dim, (i + 1) * dim)]);
      // Sums in another order, and the posterior minus the prior: a few units in the last place of the largest part.
      const size = Math.max(1, Math.abs(parts.prior), Math.abs(parts.likelihood));
      expect(Math.abs(priors[i] - parts.prior)).toBeLessThan(1e-13 * size);
      expect(Math.abs(likelihoods[i] - parts.likelihood)).toBeLessThan(1e-13 * size);
      for (let j = 0; j < dim; j++) {
        const [prior, likelihoodPart] = [parts.priorGradient[j], parts.likelihoodGradient[j]];
        const scale = Math.max(1, Math.abs(prior), Math.abs(likelihoodPart), Math.abs(parts.gradient[j]));
        expect(Math.abs(priorGradients[i * dim + j] - prior)).toBeLessThan(1e-12 * scale);
        expect(Math.abs(likelihoodGradients[i * dim + j] - likelihoodPart)).toBeLessThan(1e-12 * scale);
      }
    }
  });
});
