import { type LogDensity, rngFromSeed } from "@poolish/core";
import {
  type Adaptation,
  bulkEffectiveSampleSize,
  createDrawStore,
  meanMonteCarloError,
  rHat,
  sampleChain,
  standardDeviationMonteCarloError,
} from "@poolish/mcmc";
import { expectMeanWithin } from "@poolish/testkit";
import { expect } from "vitest";

/** A quantity of the draws whose exact mean (and standard deviation) is known. */
export interface Quantity {
  readonly name: string;
  readonly of: (position: Float64Array) => number;
  readonly mean: number;
  readonly sd?: number;
}

/** Samples four chains; each quantity's mean and sd must be within k standard errors (by ESS, Bonferroni over all). */
export function expectCorrect(
  target: LogDensity,
  quantities: readonly Quantity[],
  draws: number,
  seed: number,
  {
    adaptation = "fisher",
    maxDivergences = 0,
    targetAcceptance = 0.9,
  }: { adaptation?: Adaptation; maxDivergences?: number; targetAcceptance?: number } = {},
): void {
  const options = { warmup: 1000, draws, targetAcceptance, adaptation };
  const stored = rngFromSeed(seed)
    .split(4)
    .map((rng) => {
      const store = createDrawStore(target.dim, draws);
      const outcome = sampleChain(target, rng, options, { sink: store });
      if (outcome.kind !== "complete") throw new Error("expected a complete chain");
      expect(outcome.numDivergences).toBeLessThanOrEqual(maxDivergences);
      return store.stored();
    });
  const numComparisons = quantities.reduce((sum, { sd }) => sum + (sd === undefined ? 1 : 2), 0);
  for (const { name, of, mean, sd } of quantities) {
    const chains = stored.map(({ positions, numDraws }) =>
      Float64Array.from({ length: numDraws }, (_, n) => of(positions.subarray(n * target.dim, (n + 1) * target.dim))),
    );
    expect(rHat(chains)).toBeLessThan(1.01);
    expect(bulkEffectiveSampleSize(chains)).toBeGreaterThan(1000);
    const all = chains.flatMap((chain) => [...chain]);
    const estimate = all.reduce((a, b) => a + b) / all.length;
    const standardError = meanMonteCarloError(chains);
    expectMeanWithin({ name: `mean of ${name}`, estimate, standardError, expected: mean, numComparisons });
    if (sd === undefined) continue;
    expectMeanWithin({
      name: `sd of ${name}`,
      estimate: Math.sqrt(all.reduce((sum, x) => sum + (x - estimate) ** 2, 0) / (all.length - 1)),
      standardError: standardDeviationMonteCarloError(chains),
      expected: sd,
      numComparisons,
    });
  }
}

/** The quantity "coordinate i". */
export function coordinate(i: number): (position: Float64Array) => number {
  return (position) => position[i];
}
