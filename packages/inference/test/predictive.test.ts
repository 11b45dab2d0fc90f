import { rngFromSeed } from "@poolish/core";
import {
  type Fit,
  infer,
  pointwiseLogLikelihood,
  posteriorPredictive,
  posteriorPredictiveBlocks,
  predict,
  priorPredictive,
  priorPredictiveBlocks,
} from "@poolish/inference";
import {
  type Compilation,
  categorical,
  compile,
  dirichlet,
  gamma,
  halfNormal,
  learned,
  linkModel,
  type Model,
  model,
  multivariateNormal,
  nonCentered,
  normal,
  poisson,
} from "@poolish/ppl";
import { allowedStandardErrors, expectMeanWithin } from "@poolish/testkit";
import { beforeAll, describe, expect, test } from "vitest";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.mjs";

interface Data {
  readonly labels: readonly string[];
  readonly group: readonly number[];
  readonly dose: readonly number[];
  readonly y: readonly number[];
  readonly chips: readonly number[];
}

/** A plain site and a learned one, group values, a slope on a known column. */
const both: Model<Data> = model("both", ({ sample, plate, observe, deterministic }, data) => {
  const mu = sample("mu", normal(1, 0.5));
  const tau = sample("tau", halfNormal(0.7));
  const slope = sample("slope", normal(0, 1));
  const z = plate("group", data.labels, () => sample("z", normal(mu, tau)));
  deterministic("rate", z.exp());
  observe("y", normal(z.at(data.group).add(slope.mul(data.dose)), 0.8), data.y);
  observe("chips", learned(poissonLikelihood, { rate: z.exp().at(data.group) }), { chips: data.chips });
});

const data: Data = {
  labels: ["a", "b", "c"],
  group: [0, 0, 1, 1, 2],
  dose: [0, 1, 0, 1, 0.5],
  y: [1.2, 2.1, 0.3, 0.9, 1.5],
  chips: [4, 2, 1, 1, 6],
};

let fit: Fit;
beforeAll(async () => {
  fit = await infer(both, data, { seed: 3, chains: 2, warmup: 500, draws: 500, workers: 1 });
});

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const varianceOf = (values: ArrayLike<number>): number => {
  const mean = meanOf(values);
  return meanOf(Array.from(values, (value) => (value - mean) ** 2));
};

describe("the prior predictive", () => {
  const count = 20_000;
  const draws = priorPredictive(both, data, { site: "y", count, seed: 1 });

  test("has the moments of the priors", () => {
    const { columns, numRows } = draws.parameters;
    expect(numRows).toBe(count);
    expect(draws.parameters.names).toEqual([
      "mu",
      "tau",
      "slope",
      "z[a]",
      "z[b]",
      "z[c]",
      "rate[a]",
      "rate[b]",
      "rate[c]",
    ]);
    // Var z = 0.5² + E tau² = 0.25 + 0.49; y adds dose² and 0.8².
    const trial1 = Float64Array.from({ length: count }, (_, i) => draws.values[i * 5 + 1]);
    const cases: [string, ArrayLike<number>, number, number][] = [
      ["mu", columns.mu, 1, 0.25],
      ["z", columns["z[b]"], 1, 0.74],
      ["y", trial1, 1, 0.74 + 1 + 0.64],
    ];
    for (const [name, values, mean, variance] of cases) {
      const numComparisons = 2 * cases.length;
      const standardError = Math.sqrt(variance / count);
      expectMeanWithin({ name, estimate: meanOf(values), standardError, expected: mean, numComparisons });
      const fourth = meanOf(Array.from(values, (value) => (value - mean) ** 4));
      const errorOfVariance = Math.sqrt((fourth - variance ** 2) / count);
      const estimate = varianceOf(values);
      expectMeanWithin({ name, estimate, standardError: errorOfVariance, expected: variance, numComparisons });
    }
    expect([...columns["rate[c]"].slice(0, 9)]).toEqual([...columns["z[c]"].slice(0, 9)].map(Math.exp));
  });

  test("data and parameters belong together", () => {
    const { columns } = draws.parameters;
    // Residuals of y given its own parameters are normal(0, 0.8): were the rows shifted, their variance would be above 2.
    const residuals = Float64Array.from({ length: count }, (_, i) => {
      return draws.values[i * 5 + 3] - columns["z[b]"][i] - columns.slope[i];
    });
    const standardError = 0.64 * Math.sqrt(2 / count);
    expectMeanWithin({ estimate: varianceOf(residuals), standardError, expected: 0.64 });
  });

  test("data set i depends on the seed and i alone; the two sites share their parameters and not their noise", () => {
    const few = priorPredictive(both, data, { site: "y", count: 3, seed: 1 });
    expect([...few.values]).toEqual([...draws.values.subarray(0, 15)]);
    const chips = priorPredictive(both, data, { site: "chips", count: 3, seed: 1 });
    expect(chips.parameters.columns.mu).toEqual(few.parameters.columns.mu);
    const blocks = [...priorPredictiveBlocks(both, data, { site: "y", count: 3, seed: 1 })];
    expect(blocks.flatMap(({ values }) => [...values])).toEqual([...few.values]);
  });

  test("needs a site where there are several", () => {
    expect(() => priorPredictive(both, data, { count: 3, seed: 1 })).toThrowError(/several sites.*chips, y/);
  });
});

describe("the posterior predictive", () => {
  test("of a plain site has the mean of its parameters", () => {
    const count = 1000;
    const { values, columns, numTrials } = posteriorPredictive(fit, { site: "y", count, seed: 2 });
    expect(columns).toEqual(["y"]);
    expect(numTrials).toBe(5);
    const { columns: posterior } = fit.draws(["z", "slope"]);
    // Given the draws, the mean over data sets of trial 1 is normal with variance 0.8² / count.
    const expected = meanOf(Array.from(posterior["z[a]"], (z, i) => z + posterior.slope[i]));
    const trial = Float64Array.from({ length: count }, (_, i) => values[i * 5 + 1]);
    expectMeanWithin({ estimate: meanOf(trial), standardError: 0.8 / Math.sqrt(count), expected });
  });

  test("blocks hold the same data sets", () => {
    const request = { site: "y", count: 40, seed: 2 };
    const blocks = [...posteriorPredictiveBlocks(fit, request)];
    expect(blocks.flatMap(({ values }) => [...values])).toEqual([...posteriorPredictive(fit, request).values]);
  });

  test("of new groups has their population's spread, and one group's trials share a draw of it", () => {
    const count = 1000;
    const { values } = posteriorPredictive(fit, { site: "y", count, seed: 5, newGroups: "group" });
    const { columns } = fit.draws(["mu", "tau", "slope"]);
    // y0 of the new group = z + noise, z ~ normal(mu, tau): moments given the posterior draws, one data set each.
    const first = Float64Array.from({ length: count }, (_, i) => values[i * 5]);
    const deviations = first.map((value, i) => (value - columns.mu[i]) / Math.hypot(columns.tau[i], 0.8));
    expect(Math.abs(meanOf(deviations))).toBeLessThan(allowedStandardErrors(2) / Math.sqrt(count));
    expect(Math.abs(varianceOf(deviations) - 1)).toBeLessThan(allowedStandardErrors(2) * Math.sqrt(2 / count));
    // Trials 0 and 1 share z: their covariance given the draw is tau².
    const products = Float64Array.from({ length: count }, (_, i) => {
      const [a, b] = [values[i * 5] - columns.mu[i], values[i * 5 + 1] - columns.mu[i] - columns.slope[i]];
      return a * b - columns.tau[i] ** 2;
    });
    const standardError = Math.sqrt(varianceOf(products) / count);
    expectMeanWithin({ estimate: meanOf(products), standardError, expected: 0 });
  });

  test("refuses an unknown plate", () => {
    const request = { site: "y", count: 3, seed: 1, newGroups: "school" };
    expect(() => posteriorPredictive(fit, request)).toThrowError(/nothing is sampled on a plate/);
  });
});

describe("predict", () => {
  const elsewhere: Data = { labels: ["c", "d"], group: [0, 0, 1], dose: [2, 2, 0], y: [0, 0, 0], chips: [0, 0, 0] };

  test("matches groups by label, uses the new conditions, and draws unknown groups from the population", () => {
    const count = 1000;
    const { values, numTrials } = predict(fit, both, elsewhere, { site: "y", count, seed: 7 });
    expect(numTrials).toBe(3);
    const { columns } = fit.draws(["mu", "tau", "slope", "z"]);
    const known = Float64Array.from({ length: count }, (_, i) => {
      return (values[i * 3] - columns["z[c]"][i] - 2 * columns.slope[i]) / 0.8;
    });
    const unknown = Float64Array.from({ length: count }, (_, i) => {
      return (values[i * 3 + 2] - columns.mu[i]) / Math.hypot(columns.tau[i], 0.8);
    });
    for (const standard of [known, unknown]) {
      expect(Math.abs(meanOf(standard))).toBeLessThan(allowedStandardErrors(4) / Math.sqrt(count));
      expect(Math.abs(varianceOf(standard) - 1)).toBeLessThan(allowedStandardErrors(4) * Math.sqrt(2 / count));
    }
  });

  test("with the data of the fit is the posterior predictive", () => {
    const request = { site: "chips", count: 20, seed: 4 };
    expect(predict(fit, both, data, request).values).toEqual(posteriorPredictive(fit, request).values);
  });

  test("refuses a model that samples what the fit has not", () => {
    const other = model<object>("other", ({ sample, observe }) =>
      observe("y", poisson(sample("lambda", gamma(2, 1))), [1]),
    );
    expect(() => predict(fit, other, {}, { count: 3, seed: 1 })).toThrowError(
      expect.objectContaining({ name: "PoolishError", field: "lambda" }),
    );
  });
});

describe("the pointwise log-likelihood", () => {
  test("adds up to the log-density less the prior, at each draw", () => {
    const sites = ["y", "chips"].map((site) => pointwiseLogLikelihood(fit, { site }).toArray());
    expect(sites.map(({ shape }) => shape)).toEqual([
      [2, 500, 5],
      [2, 500, 5],
    ]);
    // The same model without data has the prior as its density, with the same positions.
    const prior = model<Pick<Data, "labels">>("prior", ({ sample, plate }, { labels }) => {
      const [mu, tau] = [sample("mu", normal(1, 0.5)), sample("tau", halfNormal(0.7))];
      sample("slope", normal(0, 1));
      plate("group", labels, () => sample("z", normal(mu, tau)));
    });
    const link = ({ model: compiled, likelihoods }: Compilation) => linkModel(compiled, likelihoods);
    const posteriorTarget = link(compile(both, data));
    const priorTarget = link(compile(prior, { labels: data.labels }));
    const rng = rngFromSeed(1);
    const gradient = new Float64Array(posteriorTarget.dim);
    for (let k = 0; k < 20; k++) {
      const draw = Math.floor(rng.uniform() * 1000);
      const position = fit.positions(Math.floor(draw / 500)).slice((draw % 500) * 6, (draw % 500) * 6 + 6);
      const expected =
        posteriorTarget.valueAndGradient(position, gradient) - priorTarget.valueAndGradient(position, gradient);
      const actual = sites.reduce((total, { values }) => {
        return total + values.subarray(draw * 5, draw * 5 + 5).reduce((a, b) => a + b, 0);
      }, 0);
      expect(actual).toBeCloseTo(expected, 9);
    }
  });

  test("blocks hold the terms of all draws", () => {
    const pointwise = pointwiseLogLikelihood(fit, { site: "chips" });
    const { values } = pointwise.toArray();
    const [block] = [...pointwise.blocks()];
    // Trials 2 and 3 have the same group and count: one term.
    expect(pointwise.numTerms).toBe(4);
    expect(block.count).toBe(4);
    for (const draw of [0, 499, 999]) {
      pointwise.termOfTrial.forEach((term, trial) => {
        expect(block.values[term * 1000 + draw]).toBe(values[draw * 5 + trial]);
      });
    }
  });
});

test("draws are handed on as columns, one chain after the other, by scalar or by variable", () => {
  const table = fit.draws(["z", "mu", "z[a]"]);
  expect(table.names).toEqual(["z[a]", "z[b]", "z[c]", "mu"]);
  expect(table.numRows).toBe(1000);
  const [first, second] = fit.draws("z[b]");
  expect([...table.columns["z[b]"]]).toEqual([...first, ...second]);
  expect(() => fit.draws(["mu", "nu"])).toThrowError(expect.objectContaining({ name: "PoolishError", field: "nu" }));
});

describe("non-centred and vector-valued sites", () => {
  const families: Model<object> = model("families", ({ sample, plate, observe }) => {
    const [mu, tau] = [sample("mu", normal(1, 0.5)), sample("tau", halfNormal(0.7))];
    const z = plate("group", ["a", "b"], () => sample("z", nonCentered(normal(mu, tau))));
    const shares = plate("group", ["a", "b"], () => sample("shares", dirichlet([2, 1, 1])));
    observe("y", normal(z.at([0, 1, 1]), 0.5), [1, 2, 0.5]);
    observe("kind", categorical(shares), [0, 2]);
    observe("pair", multivariateNormal([0, 1], [1, 0, 0.6, 0.8]), [0.3, 1.2]);
  });
  let familiesFit: Fit;
  beforeAll(async () => {
    familiesFit = await infer(families, {}, { seed: 8, chains: 2, warmup: 400, draws: 300, workers: 1 });
  });

  test("known values are those of the fit: the prediction of y stays at z", () => {
    const count = 600;
    const { values } = posteriorPredictive(familiesFit, { site: "y", count, seed: 1 });
    const { columns } = familiesFit.draws(["z"]);
    const residuals = Float64Array.from({ length: count }, (_, i) => values[i * 3 + 1] - columns["z[b]"][i]);
    expectMeanWithin({ estimate: meanOf(residuals), standardError: 0.5 / Math.sqrt(count), expected: 0 });
    const standardError = 0.25 * Math.sqrt(2 / count);
    expectMeanWithin({ estimate: varianceOf(residuals), standardError, expected: 0.25 });
  });

  test("new groups get new standard deviations, at the population's location and scale", () => {
    const count = 600;
    const { values } = posteriorPredictive(familiesFit, { site: "y", count, seed: 1, newGroups: "group" });
    const { columns } = familiesFit.draws(["mu", "tau"]);
    const standard = Float64Array.from({ length: count }, (_, i) => {
      return (values[i * 3] - columns.mu[i]) / Math.hypot(columns.tau[i], 0.5);
    });
    expectMeanWithin({ estimate: meanOf(standard), standardError: 1 / Math.sqrt(count), expected: 0 });
    expectMeanWithin({ estimate: varianceOf(standard), standardError: Math.sqrt(2 / count), expected: 1 });
  });

  test("shares of new groups have the means of their prior, and categories follow shares", () => {
    const count = 4000;
    const request = { site: "kind", count, seed: 2, newGroups: "group" };
    const { values } = posteriorPredictive(familiesFit, request);
    const first = Float64Array.from({ length: count }, (_, i) => Number(values[i * 2] === 0));
    expectMeanWithin({ estimate: meanOf(first), standardError: Math.sqrt(0.25 / count), expected: 0.5 });
  });

  test("a vector is one trial with a column for each of its numbers", () => {
    const count = 4000;
    const { values, numTrials, numColumns, columns } = priorPredictive(families, {}, { site: "pair", count, seed: 3 });
    expect({ numTrials, numColumns, columns }).toEqual({ numTrials: 1, numColumns: 2, columns: ["pair_1", "pair_2"] });
    const products = Float64Array.from({ length: count }, (_, i) => values[2 * i] * (values[2 * i + 1] - 1));
    const standardError = Math.sqrt(varianceOf(products) / count);
    expectMeanWithin({ estimate: meanOf(products), standardError, expected: 0.6 });
    expect(pointwiseLogLikelihood(familiesFit, { site: "pair" }).numTrials).toBe(1);
  });
});
