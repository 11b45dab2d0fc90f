import { readFileSync } from "node:fs";
import type { Likelihood } from "@poolish/core";
import { compare, type Fit, type Loo, loo } from "@poolish/inference";
import { compile, gamma, laplace, learned, model, normal } from "@poolish/ppl";
import { describe, expect, test } from "vitest";
import { createFit } from "../../src/fit.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.mjs";

interface Case {
  readonly mu: readonly (readonly number[])[];
  readonly sigma: readonly (readonly number[])[];
  readonly elpd: number;
  readonly standardError: number;
  readonly numParameters: number;
  readonly pointwise: readonly number[];
  readonly kHat: readonly number[];
  readonly kHatAtHalf: readonly number[];
}

interface Fixture {
  readonly y: readonly number[];
  readonly normal: Case;
  readonly laplace: Case;
  readonly comparison: readonly { readonly name: string; readonly [column: string]: number | string }[];
}

/** fixtures/loo.py wrote it. */
const fixture: Fixture = JSON.parse(readFileSync(new URL("fixtures/loo.json", import.meta.url), "utf8"));
const run = { method: "nuts", seed: 0, warmup: 0 } as const;

/** A fit whose draws are those of the fixture. */
function fitOf(name: "normal" | "laplace"): Fit {
  const family = { normal, laplace }[name];
  const compilation = compile(
    model(name, ({ sample, observe }) => {
      observe("y", family(sample("mu", normal(0, 10)), sample("sigma", gamma(1, 1))), fixture.y);
    }),
    {},
  );
  const { mu, sigma } = fixture[name];
  const chains = mu.map((draws, c) => {
    const outputs = Float64Array.from(draws.flatMap((value, n) => [value, sigma[c][n]]));
    const positions = outputs.map((value, i) => (i % 2 === 0 ? value : Math.log(value)));
    const statistics = { lp: new Float64Array(draws.length) };
    return { kind: "complete", outputs, positions, statistics, numGradients: 0 } as const;
  });
  return createFit(compilation, run, chains);
}

const close = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(value)));
  });
};

describe.each(["normal", "laplace"] as const)("as ArviZ: %s", (name) => {
  const fit = fitOf(name);
  const result = loo(fit);
  const expected = fixture[name];

  test("elpd, standard error, effective parameters", () => {
    close(
      [result.elpd, result.standardError, result.numParameters],
      [expected.elpd, expected.standardError, expected.numParameters],
    );
  });

  test("elpd and k-hat of each trial", () => {
    close(result.pointwise, expected.pointwise);
    close(result.kHat, expected.kHat);
    close(loo(fit, { rEff: 0.5 }).kHat, expected.kHatAtHalf);
  });
});

test("as ArviZ: the comparison", () => {
  const { models } = compare({ normal: loo(fitOf("normal")), laplace: loo(fitOf("laplace")) });
  expect(models.map(({ name }) => name)).toEqual(fixture.comparison.map(({ name }) => name));
  models.forEach(({ name: _name, numDoubtful: _numDoubtful, ...numbers }, i) => {
    for (const [column, value] of Object.entries(numbers)) {
      expect(Math.abs(value - Number(fixture.comparison[i][column]))).toBeLessThanOrEqual(1e-8);
    }
  });
});

test("a k-hat above 0.7 is said, with the trial, and counted by a comparison", () => {
  const doubtful = loo(fitOf("normal"));
  expect(doubtful.kHat[11]).toBeGreaterThan(0.7);
  expect(doubtful.notices.join()).toMatch(/k-hat is above 0.7 for 1 of 12: trial 11\./);
  const { models, notices } = compare({ normal: doubtful, laplace: loo(fitOf("laplace")) });
  expect(models.find(({ name }) => name === "normal")?.numDoubtful).toBe(1);
  expect(notices.join()).toMatch(/normal: Pareto k-hat is above/);
  expect(loo(fitOf("laplace")).notices.filter((text) => /trial 0\b/.test(text))).toEqual([]);
});

test("equal trials of a learned likelihood share terms, and count each", () => {
  const chips = [3, 5, 3, 3];
  const rates = [2.5, 3.1, 4.2, 3.7, 2.9, 3.3, 5.1, 4.4];
  const compilation = compile(
    model("cookies", ({ sample, observe }) => {
      observe("chips", learned(poissonLikelihood, { rate: sample("rate", gamma(2, 1)) }), { chips });
    }),
    {},
  );
  const outputs = Float64Array.from(rates);
  const chain = { kind: "complete", outputs, positions: outputs.map(Math.log), numGradients: 0 } as const;
  const result = loo(createFit(compilation, run, [{ ...chain, statistics: { lp: new Float64Array(8) } }]));
  expect(result.pointwise).toHaveLength(4);
  expect(result.pointwise[2]).toBe(result.pointwise[0]);
  expect(result.pointwise[3]).toBe(result.pointwise[0]);
  expect(result.pointwise[1]).not.toBe(result.pointwise[0]);
  expect(result.elpd).toBeCloseTo(3 * result.pointwise[0] + result.pointwise[1], 12);
});

describe("refuses", () => {
  const fit = fitOf("normal");
  const result = loo(fit);

  test("a likelihood that is not normalised", () => {
    const ratio: Likelihood = { ...poissonLikelihood, isNormalised: false };
    const compilation = compile(
      model("ratio", ({ sample, observe }) => {
        observe("chips", learned(ratio, { rate: sample("rate", gamma(2, 1)) }), { chips: [1] });
      }),
      {},
    );
    const statistics = { lp: new Float64Array(2) };
    const [outputs, positions] = [Float64Array.of(1, 2), Float64Array.of(0, 1)];
    const chain = { kind: "complete", outputs, positions, statistics, numGradients: 0 } as const;
    const wrong = (): Loo => loo(createFit(compilation, run, [chain]));
    expect(wrong).toThrowError(expect.objectContaining({ name: "PoolishError", kind: "input", field: "chips" }));
  });

  test("an unknown site", () => {
    expect(() => loo(fit, { site: "z" })).toThrowError(expect.objectContaining({ field: "z" }));
  });

  test("a comparison of other data, other units, or of one model", () => {
    const other = { ...result, observed: result.observed.map((value, i) => value + Number(i === 3)) };
    expect(() => compare({ a: result, b: other })).toThrowError(/its data are not those of a \(row 3/);
    expect(() => compare({ a: result, b: { ...result, unit: "group" } })).toThrowError(
      /12 by group, a has 12 by trial/,
    );
    expect(() => compare({ a: result })).toThrowError(/nothing to compare/);
  });
});
