import { rngFromSeed } from "@poolish/core";
import { bijectorFor } from "@poolish/math";
import {
  categorical,
  diagMul,
  dirichlet,
  elementNames,
  exp,
  exponential,
  gamma,
  halfNormal,
  lkjCholesky,
  mixture,
  multivariateNormal,
  nonCentered,
  normal,
  stack,
  temperedModel,
  vector,
} from "@poolish/ppl";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { compiling, type Define } from "../support/compiling.ts";
import { expectGradient, linked, valueAt } from "../support/linked.ts";

const coordinates = (count: number): number[] => Array.from({ length: count }, (_, i) => 0.7 * Math.sin(3 * i + 1));

describe("a latent simplex for each member of a plate", () => {
  const density = linked(({ sample, plate, observe }) => {
    const concentration = plate("kind", 3, () => sample("concentration", gamma(2, 1)));
    const share = plate("site", 2, () => sample("share", dirichlet(vector(concentration))));
    observe("kind seen", categorical(share.at([0, 0, 1, 1, 1])), [0, 2, 1, 1, 0]);
  }, {});
  const position = coordinates(3 + 2 * 2);
  const out = new Float64Array(density.numOutputs);
  density.constrain(Float64Array.from(position), out);
  const concentration = out.slice(0, 3);
  const shares = [out.slice(3, 6), out.slice(6, 9)];

  test("has one coordinate less than numbers, and adds up to 1", () => {
    expect(density.dim).toBe(position.length);
    for (const share of shares) expect(share.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 14);
    const [, share] = density.model.variables;
    expect(share).toMatchObject({ name: "share", dims: ["site", "share_dim_1"], shape: [2, 3] });
    expect(elementNames(share, density.model.coords)).toEqual(
      ["1,1", "1,2", "1,3", "2,1", "2,2", "2,3"].map((labels) => `share[${labels}]`),
    );
  });

  test("has the density of its parts, and their gradient", () => {
    const prior = concentration.reduce((sum, x, i) => sum + gamma(2, 1).logProb(x) + position[i], 0);
    const simplex = { kind: "simplex", size: 3 } as const;
    const jacobian = bijectorFor(simplex, 6).constrain(Float64Array.from(position.slice(3)), new Float64Array(6));
    const latent = shares.reduce((sum, share) => sum + dirichlet(concentration).logProb(share), 0);
    const seen = [0, 2, 1, 1, 0].reduce((sum, kind, i) => sum + Math.log(shares[i < 2 ? 0 : 1][kind]), 0);
    expect(valueAt(density, position)).toBeCloseTo(prior + jacobian + latent + seen, 11);
    expectGradient(density, position);
  });
});

/** Intercept and slope for each of three groups, correlated. */
const varyingSlopes =
  (isCentred: boolean): Define =>
  ({ sample, plate, observe }) => {
    const mean = stack(sample("a", normal(0, 1)), sample("b", normal(0, 1)));
    const scale = plate("coefficient", 2, () => sample("scale", exponential(1)));
    const correlation = sample("correlation", lkjCholesky(2, 2));
    const prior = multivariateNormal(mean, diagMul(scale, correlation));
    const beta = plate("group", 3, () => sample("beta", isCentred ? prior : nonCentered(prior)));
    observe("y", normal(beta.at([0, 1, 2, 2]).dot(stack(1, [0.5, -1, 2, 3])), 1), [1, 2, 3, 4]);
  };

describe.each([
  ["centred", true],
  ["non-centred", false],
])("varying slopes, %s", (_, isCentred) => {
  const density = linked(varyingSlopes(isCentred), {});
  const position = coordinates(2 + 2 + 1 + 6);
  const out = new Float64Array(density.numOutputs);
  density.constrain(Float64Array.from(position), out);
  const [a, b, s0, s1] = out;
  const correlation = out.slice(4, 8);
  const factor = Float64Array.of(s0, 0, s1 * correlation[2], s1 * correlation[3]);
  const beta = [0, 1, 2].map((g) => out.slice(8 + 2 * g, 10 + 2 * g));

  test("have the density of their parts, and their gradient", () => {
    const priors = [a, b].reduce((sum, x) => sum + normal(0, 1).logProb(x), 0);
    const scales = [s0, s1].reduce((sum, x, i) => sum + exponential(1).logProb(x) + position[2 + i], 0);
    const bijector = bijectorFor({ kind: "correlationCholesky", size: 2 }, 4);
    const jacobian = bijector.constrain(Float64Array.of(position[4]), new Float64Array(4));
    const lkj = lkjCholesky(2, 2).logProb(correlation) + jacobian;
    const groups = isCentred
      ? beta.reduce((sum, each) => sum + multivariateNormal([a, b], factor).logProb(each), 0)
      : position.slice(5).reduce((sum, z) => sum + normal(0, 1).logProb(z), 0);
    const data = [1, 2, 3, 4].reduce((sum, y, i) => {
      const [intercept, slope] = beta[[0, 1, 2, 2][i]];
      return sum + normal(intercept + slope * [0.5, -1, 2, 3][i], 1).logProb(y);
    }, 0);
    expect(valueAt(density, position)).toBeCloseTo(priors + scales + lkj + groups + data, 10);
    expectGradient(density, position);
  });

  test("record mean + L z where z are the standard coordinates", () => {
    expect(density.model.variables[4]).toMatchObject({ name: "beta", dims: ["group", "beta_dim_1"], shape: [3, 2] });
    if (isCentred) return;
    beta.forEach(([intercept, slope], g) => {
      const [z0, z1] = position.slice(5 + 2 * g);
      expect(intercept).toBeCloseTo(a + factor[0] * z0, 13);
      expect(slope).toBeCloseTo(b + factor[2] * z0 + factor[3] * z1, 13);
    });
  });

  test("can be drawn from the prior: draws have their own density", () => {
    const tempered = temperedModel(density.model, []);
    const drawn = new Float64Array(tempered.dim);
    tempered.samplePrior(rngFromSeed(4), drawn);
    expect(tempered.logPrior(drawn, new Float64Array(tempered.dim))).toSatisfy(Number.isFinite);
  });
});

test("prior draws of a vector site have the moments of their family", () => {
  const factor = [2, 0, -1, 0.5];
  const density = linked(({ sample, plate }) => {
    plate("group", 2, () => sample("x", multivariateNormal([1, -3], factor)));
    sample("share", dirichlet([1, 2, 5]));
  }, {});
  const tempered = temperedModel(density.model, []);
  const rng = rngFromSeed(11);
  const numDraws = 4000;
  const sums = new Float64Array(density.numOutputs);
  const position = new Float64Array(density.dim);
  const out = new Float64Array(density.numOutputs);
  for (let i = 0; i < numDraws; i++) {
    tempered.samplePrior(rng, position);
    density.constrain(position, out);
    out.forEach((value, k) => {
      sums[k] += value;
    });
  }
  const means = [1, -3, 1, -3, 1 / 8, 2 / 8, 5 / 8];
  const sds = [2, Math.sqrt(1.25), 2, Math.sqrt(1.25), ...[1, 2, 5].map((a) => Math.sqrt((a * (8 - a)) / 576))];
  // 4 standard errors of each of 7 means.
  means.forEach((mean, k) => {
    expect(Math.abs(sums[k] / numDraws - mean)).toBeLessThan((4 * sds[k]) / Math.sqrt(numDraws));
  });
});

describe("vectors are observed", () => {
  const factor = [1, 0, 0.5, 2];
  const mean = [0.2, -0.4];
  const rows = [
    [1, 2],
    [3, -4],
    [0, 0.5],
  ];
  const expected =
    normal(0, 1).logProb(0.2) + rows.reduce((sum, row) => sum + multivariateNormal(mean, factor).logProb(row), 0);

  test.each<[string, readonly number[] | readonly number[][]]>([
    ["as rows", rows],
    ["one after another", rows.flat()],
  ])("%s", (_, data) => {
    const density = linked(({ sample, observe }) => {
      observe("y", multivariateNormal(stack(sample("mu", normal(0, 1)), -0.4), factor), data);
    }, {});
    expect(valueAt(density, [0.2])).toBeCloseTo(expected, 12);
    expectGradient(density, [0.2]);
  });

  test("with the rows that have a gap left out", () => {
    const density = linked(({ sample, observe }) => {
      const data = [rows[0], [NaN, 7], ...rows.slice(1)];
      observe("y", multivariateNormal(stack(sample("mu", normal(0, 1)), -0.4), factor), data, { missing: "at random" });
    }, {});
    expect(valueAt(density, [0.2])).toBeCloseTo(expected, 12);
    expect(density.model.notices).toEqual([
      "1 of 4 observations of y are missing (row 1) and were left out as missing at random.",
    ]);
  });

  test("one for each member of a plate", () => {
    const density = linked(({ sample, plate, observe }) => {
      plate("group", 3, () => {
        const mu = sample("mu", normal(0, 1));
        observe("y", multivariateNormal(stack(mu, mu), factor), rows);
      });
    }, {});
    const mus = [0.1, -0.3, 0.8];
    const value = mus.reduce(
      (sum, mu, i) => sum + normal(0, 1).logProb(mu) + multivariateNormal([mu, mu], factor).logProb(rows[i]),
      0,
    );
    expect(valueAt(density, mus)).toBeCloseTo(value, 12);
    expectGradient(density, mus);
  });
});

test("mixture weights may be a simplex of the model", () => {
  const y = [-2, -1.5, 3, 2.2];
  const density = linked(({ sample, observe }) => {
    const weights = sample("weights", dirichlet([1, 1]));
    const sigma = sample("sigma", halfNormal(1));
    observe("y", mixture(weights, [normal(-2, sigma), normal(2, exp(sigma))]), y);
  }, {});
  const position = [0.4, -0.2];
  const out = new Float64Array(3);
  density.constrain(Float64Array.from(position), out);
  const weights = out.subarray(0, 2);
  const jacobian = bijectorFor({ kind: "simplex", size: 2 }, 2).constrain(Float64Array.of(0.4), new Float64Array(2));
  const expected =
    dirichlet([1, 1]).logProb(weights) +
    jacobian +
    halfNormal(1).logProb(out[2]) +
    position[1] +
    y.reduce((sum, x) => {
      const first = weights[0] * Math.exp(normal(-2, out[2]).logProb(x));
      return sum + Math.log(first + weights[1] * Math.exp(normal(2, Math.exp(out[2])).logProb(x)));
    }, 0);
  expect(valueAt(density, position)).toBeCloseTo(expected, 11);
  expectGradient(density, position);
});

describe("a vector site refuses", () => {
  test.each<[string, Define, string, RegExp]>([
    [
      "a number in the place of a vector",
      ({ sample }) => void sample("x", dirichlet(sample("a", gamma(2, 1)))),
      "x",
      /dirichlet\.concentration must be a vector, got shape \[\].*stack/,
    ],
    [
      "a plate in the place of a vector",
      ({ sample, plate }) => {
        sample("x", dirichlet(plate("k", 3, () => sample("a", gamma(2, 1)))));
      },
      "x",
      /got shape \[k: 3\].*vector\(x\)/,
    ],
    [
      "a vector in the place of a matrix",
      ({ sample }) => {
        const scale = sample("scale", gamma(2, 1));
        sample("x", multivariateNormal([0, 0], stack(scale, scale)));
      },
      "x",
      /choleskyFactor must be a matrix, got shape \[; 2\].*diagMul/,
    ],
    [
      "parameters of different length",
      ({ sample }) => {
        const mean = stack(sample("a", normal(0, 1)), 0, 0);
        sample("x", multivariateNormal(mean, [1, 0, 0, 1]));
      },
      "x",
      /differ in length: mean \[; 3\], choleskyFactor \[; 2, 2\]/,
    ],
    [
      "weights of another number than components",
      ({ sample, observe }) => {
        const weights = sample("weights", dirichlet([1, 1, 1]));
        observe("y", mixture(weights, [normal(0, 1), normal(1, 1)]), [1, 2]);
      },
      "y",
      /weights must be a vector of 2 numbers, got shape \[; 3\]/,
    ],
    [
      "half a vector of data",
      ({ observe }) => observe("y", multivariateNormal([0, 0], [1, 0, 0, 1]), [1, 2, 3]),
      "y",
      /the data have 1.5 vectors of 2/,
    ],
  ])("%s", (_, define, field, words) => {
    expectRefusal(compiling(define), { kind: "model", field }, words);
  });

  test("data that are no simplex, with their row", () => {
    const define: Define = ({ observe }) =>
      observe("y", dirichlet([1, 2]), [
        [0.5, 0.5],
        [0.5, 0.6],
      ]);
    expectRefusal(
      compiling(define),
      { kind: "input", field: "y", row: 1 },
      /\(0\.5, 0\.6\) cannot come from dirichlet, which needs 2 positive numbers that sum to 1/,
    );
  });
});
