import { PoolishError } from "@poolish/core";
import { type Fit, infer, loo } from "@poolish/inference";
import { logGamma } from "@poolish/math";
import { exponential, gamma, halfNormal, type ModelFunction, model, normal, poisson } from "@poolish/ppl";
import { expectMeanWithin } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { elpdOf } from "../../src/loo/elpdOf.ts";
import { groupTerms } from "../../src/loo/groupTerms.ts";

const group = [0, 0, 0, 1, 1, 2, 3, 3, 3, 3];
const y = [1.2, 0.4, 2.0, 5.1, 4.2, -1.0, 2.2, 2.9, 3.1, 1.7];
const chips = [3, 5, 2, 9, 11, 0, 4, 4, 6, 3];
const labels = ["a", "b", "c", "d", "e"];
const options = { seed: 31, workers: 1, chains: 2, warmup: 500, draws: 500, targetAcceptance: 0.9 };
const fitOf = (define: ModelFunction<object>): Promise<Fit> => infer(model("groups", define), {}, options);
const ofGroup = (values: readonly number[], g: number): number[] => values.filter((_, i) => group[i] === g);

/** Compares estimates with closed forms: unbiased, with the errors that they state. */
function expectMarginals(fit: Fit, exact: (g: number, draw: number) => number): void {
  const { labels: found, numDraws, logMarginals, relativeErrors } = groupTerms(fit, "group", { draws: 1000 });
  expect(found).toEqual(["a", "b", "c", "d"]);
  found.forEach((label, g) => {
    let sum = 0;
    let squares = 0;
    for (let s = 0; s < numDraws; s++) {
      const ratio = Math.exp(logMarginals[g * numDraws + s] - exact(g, s));
      const z = (ratio - 1) / relativeErrors[g * numDraws + s];
      sum += ratio;
      squares += z * z;
    }
    const stated = relativeErrors.subarray(g * numDraws, (g + 1) * numDraws);
    const variance = stated.reduce((total, error) => total + error * error, 0);
    const standardError = Math.sqrt(variance) / numDraws;
    expectMeanWithin({ name: label, estimate: sum / numDraws, standardError, expected: 1, numComparisons: 4 });
    // The stated error is right on average: the mean of χ²(1) is 1; half of it is allowed for its own estimation.
    expect(squares / numDraws).toBeGreaterThan(0.5);
    expect(squares / numDraws).toBeLessThan(2);
    expect(Math.sqrt(variance / numDraws)).toBeLessThan(0.2);
  });
}

/** elpds against those with the exact marginals, by the same smoothing: within the stated error. */
function expectElpd(fit: Fit, exact: (g: number, draw: number) => number): void {
  const result = loo(fit, { group: "group", rEff: 1 });
  expect(result.unit).toBe("group");
  expect(result.labels).toEqual(["a", "b", "c", "d"]);
  result.labels.forEach((_, g) => {
    const marginals = Float64Array.from({ length: 1000 }, (_, s) => exact(g, s));
    const difference = Math.abs(result.pointwise[g] - elpdOf(marginals, 1).elpd);
    expect(result.integrationError[g]).toBeLessThan(0.05);
    expect(difference).toBeLessThan(5 * result.integrationError[g]);
  });
}

const pooled = (fit: Fit, name: string): Float64Array => Float64Array.from(fit.draws([name]).columns[name]);

describe("the marginal likelihood of a group", () => {
  test("of normals with a normal mean each", async () => {
    const sd = 1.5;
    const fit = await fitOf(({ sample, plate, observe }) => {
      const [mu, tau] = [sample("mu", normal(0, 5)), sample("tau", halfNormal(3))];
      const z = plate("group", labels, () => sample("z", normal(mu, tau)));
      observe("y", normal(z.at(group), sd), y);
    });
    const [mu, tau] = [pooled(fit, "mu"), pooled(fit, "tau")];
    // Mean of the group ~ normal(mu, √(tau² + sd²/n)); deviations from it do not depend on mu and tau.
    const exact = (g: number, s: number): number => {
      const own = ofGroup(y, g);
      const n = own.length;
      const mean = own.reduce((a, b) => a + b, 0) / n;
      const within = own.reduce((a, b) => a + (b - mean) ** 2, 0);
      const variance = tau[s] ** 2 + sd ** 2 / n;
      const logMean = -0.5 * Math.log(2 * Math.PI * variance) - (mean - mu[s]) ** 2 / (2 * variance);
      const logDeviations = -within / (2 * sd ** 2) - ((n - 1) / 2) * Math.log(2 * Math.PI * sd ** 2);
      return logMean + logDeviations - 0.5 * Math.log(n);
    };
    expectMarginals(fit, exact);
    expectElpd(fit, exact);
  });

  test("of Poisson counts with a gamma rate each (negative binomial)", async () => {
    const fit = await fitOf(({ sample, plate, observe }) => {
      const [shape, rate] = [sample("shape", gamma(4, 1)), sample("rate", exponential(1))];
      const z = plate("group", labels, () => sample("z", gamma(shape, rate)));
      observe("chips", poisson(z.at(group)), chips);
    });
    const [shape, rate] = [pooled(fit, "shape"), pooled(fit, "rate")];
    const exact = (g: number, s: number): number => {
      const own = ofGroup(chips, g);
      const sum = own.reduce((a, b) => a + b, 0);
      const [a, b] = [shape[s], rate[s]];
      const factorials = own.reduce((total, count) => total + logGamma(count + 1), 0);
      return a * Math.log(b) - logGamma(a) + logGamma(a + sum) - (a + sum) * Math.log(b + own.length) - factorials;
    };
    expectMarginals(fit, exact);
    expectElpd(fit, exact);
  });
});

test.each(["offsets", "centred"])(
  "values of a nested plate go with their group, those that groups share do not (%s)",
  async (form) => {
    // Sessions 0 1 | 2 | 3 4 of groups a | b | c; item effects are crossed with groups.
    const session = [0, 0, 1, 2, 2, 2, 3, 4, 4, 4];
    const groupOf = [0, 0, 0, 1, 1, 1, 2, 2, 2, 2];
    const item = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    const fit = await fitOf(({ sample, plate, observe }) => {
      const z = plate("group", ["a", "b", "c"], () => sample("z", normal(0, 1)));
      const centre = form === "centred" ? z.at([0, 0, 1, 2, 2]) : 0;
      const v = plate("session", 5, () => sample("v", normal(centre, 1)));
      const w = plate("item", 2, () => sample("w", normal(0, 1)));
      const mean = v.at(session).add(w.at(item));
      observe("y", normal(form === "centred" ? mean : mean.add(z.at(groupOf)), 1.5), y);
    });
    const { numDraws, logMarginals } = groupTerms(fit, "group", { draws: 1000 });
    const w = [pooled(fit, "w[1]"), pooled(fit, "w[2]")];
    // Group b: one session of three trials, whose mean is normal with variance 1 + 1 + 1.5²/3 given w.
    let sum = 0;
    for (let s = 0; s < numDraws; s++) {
      const own = [3, 4, 5].map((i) => y[i] - w[item[i]][s]);
      const mean = own.reduce((a, b) => a + b, 0) / 3;
      const within = own.reduce((a, b) => a + (b - mean) ** 2, 0);
      const variance = 2 + 1.5 ** 2 / 3;
      const exact =
        -0.5 * Math.log(2 * Math.PI * variance) -
        mean ** 2 / (2 * variance) -
        within / (2 * 1.5 ** 2) -
        Math.log(2 * Math.PI * 1.5 ** 2) -
        0.5 * Math.log(3);
      sum += Math.exp(logMarginals[numDraws + s] - exact);
    }
    // 1000 integrals of 100 points, each with an error of about a tenth.
    expectMeanWithin({ estimate: sum / numDraws, standardError: 0.15 / Math.sqrt(numDraws), expected: 1 });
  },
);

describe("refuses", () => {
  test("a plate that no trial depends on", async () => {
    const idle: ModelFunction<object> = ({ sample, plate, observe }) => {
      plate("group", labels, () => sample("z", normal(0, 1)));
      observe("y", normal(sample("mu", normal(0, 1)), 1), y);
    };
    expect(await refusal(idle, { group: "group" })).toMatchObject({ field: "group", kind: "model" });
  });

  const refusal = async (define: ModelFunction<object>, request: object): Promise<PoolishError> => {
    const fit = await infer(model("wrong", define), {}, { ...options, warmup: 50, draws: 100 });
    try {
      loo(fit, request);
    } catch (error) {
      if (error instanceof PoolishError) return error;
    }
    throw new Error("nothing was refused");
  };
  const simple: ModelFunction<object> = ({ sample, plate, observe }) => {
    const z = plate("group", labels, () => sample("z", normal(0, 1)));
    observe("y", normal(z.at(group), 1), y);
  };

  test("an unknown plate, a site besides", async () => {
    expect(await refusal(simple, { group: "school" })).toMatchObject({ field: "school" });
    expect(await refusal(simple, { group: "group", site: "z" })).toMatchObject({ field: "site" });
    expect(await refusal(simple, { group: "group", integration: { points: 3 } })).toMatchObject({
      field: "integration.points",
    });
  });

  test("a trial of two members, and factors", async () => {
    const pairs = await refusal(
      ({ sample, plate, observe }) => {
        const z = plate("group", labels, () => sample("z", normal(0, 1)));
        observe("y", normal(z.at([0, 1]).sub(z.at([1, 2])), 1), [0.3, 0.4]);
      },
      { group: "group" },
    );
    expect(pairs).toMatchObject({ field: "y", row: 0 });
    const factors = await refusal(
      (context, data) => {
        simple(context, data);
        context.factor(context.sample("extra", normal(0, 1)));
      },
      { group: "group" },
    );
    expect(factors.message).toMatch(/factors/);
  });
});
