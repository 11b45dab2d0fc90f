import { readFileSync } from "node:fs";
import {
  bulkEffectiveSampleSize,
  eBfmi,
  meanEffectiveSampleSize,
  meanMonteCarloError,
  quantileEffectiveSampleSize,
  quantileMonteCarloError,
  rHat,
  standardDeviationMonteCarloError,
  summarize,
  tailEffectiveSampleSize,
} from "@poolish/mcmc";
import { describe, expect, test } from "vitest";

interface Fixture {
  readonly cases: readonly {
    readonly name: string;
    readonly draws: readonly (readonly number[])[];
    readonly expected: Readonly<Record<string, number>> & { readonly eBfmi: readonly number[] };
  }[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL("fixtures/diagnostics.json", import.meta.url), "utf8"));

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(expected)));
}

describe.each(fixture.cases)("as ArviZ: $name", ({ draws, expected }) => {
  const chains = draws.map((chain) => Float64Array.from(chain));

  test("summarize", () => {
    const summary = summarize(chains);
    for (const [name, value] of Object.entries(summary)) expectClose(value, expected[name]);
  });

  test("effective sample sizes", () => {
    expectClose(bulkEffectiveSampleSize(chains), expected.essBulk);
    expectClose(tailEffectiveSampleSize(chains), expected.essTail);
    expectClose(meanEffectiveSampleSize(chains), expected.essMean);
    expectClose(quantileEffectiveSampleSize(chains, 0.5), expected.essMedian);
  });

  test("Monte Carlo errors", () => {
    expectClose(meanMonteCarloError(chains), expected.mcse);
    expectClose(standardDeviationMonteCarloError(chains), expected.mcseSd);
    expectClose(quantileMonteCarloError(chains, 0.1), expected.mcseQ10);
    expectClose(quantileMonteCarloError(chains, 0.5), expected.mcseMedian);
  });

  test("E-BFMI", () => {
    chains.forEach((chain, i) => {
      expectClose(eBfmi(chain), expected.eBfmi[i]);
    });
  });
});

const diagnostics = {
  rHat,
  bulkEffectiveSampleSize,
  tailEffectiveSampleSize,
  meanEffectiveSampleSize,
  meanMonteCarloError,
  standardDeviationMonteCarloError,
  quantileMonteCarloError: (chains: readonly Float64Array[]) => quantileMonteCarloError(chains, 0.5),
};

describe.each(Object.entries(diagnostics))("%s", (_, diagnostic) => {
  const good = () => [Float64Array.of(1, 2, 3, 5, 4, 6), Float64Array.of(3, 1, 4, 1, 5, 9)];

  test("is a number for finite draws and does not write to them", () => {
    const chains = good();
    expect(diagnostic(chains)).toBeGreaterThan(0);
    expect(chains).toEqual(good());
  });

  test("is NaN for constant draws, NaN or infinite draws, too few draws and no chains", () => {
    expect(diagnostic([new Float64Array(10).fill(2), new Float64Array(10).fill(2)])).toBeNaN();
    for (const bad of [NaN, Infinity]) {
      const chains = good();
      chains[1][2] = bad;
      expect(diagnostic(chains)).toBeNaN();
    }
    expect(diagnostic([Float64Array.of(1, 2, 3)])).toBeNaN();
    expect(diagnostic([])).toBeNaN();
  });

  test("refuses chains of unequal lengths", () => {
    expect(() => diagnostic([Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 3, 4, 5)])).toThrow("equal lengths");
  });
});

test("chains stuck at different values have infinite R-hat and an effective sample size near their number", () => {
  const chains = [1, 2, 3, 4].map((value) => new Float64Array(100).fill(value));
  expect(rHat(chains)).toBe(Infinity);
  expect(bulkEffectiveSampleSize(chains)).toBeLessThan(8);
});

test("one chain that drifts is found out by splitting", () => {
  const drift = Float64Array.from({ length: 100 }, (_, i) => i);
  expect(rHat([drift])).toBeGreaterThan(1.5);
});

test("a constant keeps its mean and quantiles in the summary; a NaN spoils all", () => {
  const constant = summarize([new Float64Array(8).fill(3), new Float64Array(8).fill(3)]);
  expect(constant).toMatchObject({ mean: 3, sd: 0, q5: 3, q95: 3, mcse: NaN, essBulk: NaN, essTail: NaN, rHat: NaN });
  expect(Object.values(summarize([Float64Array.of(1, NaN, 2, 3, 4)])).every(Number.isNaN)).toBe(true);
});

test("E-BFMI of one draw or constant energy is NaN", () => {
  expect(eBfmi(Float64Array.of(1))).toBeNaN();
  expect(eBfmi(Float64Array.of(1, 1, 1))).toBeNaN();
});
