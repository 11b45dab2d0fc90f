import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CookieGroup, cookieFactoriesPosterior } from "@poolish/testkit";
import { expect, test } from "vitest";
import type { Continuation, Store } from "../src/host/coroutine.ts";
import { readTable, type TableRow } from "../src/node/readTable.ts";
import type { Posterior } from "../src/nuts/posterior.ts";
import { type SummaryRow, summarize } from "../src/nuts/summary.ts";
import { poissonLikelihood } from "./fixtures/poissonLikelihood.ts";
import { addHeader, runProgram } from "./support/webpplProgram.ts";

const folder = new URL("../../../examples/factories/", import.meta.url);
const program = fileURLToPath(new URL("factories.wppl", folder));
const rows = readTable(fileURLToPath(new URL("data/cookie_chips_data.csv", folder))) as readonly TableRow[];

/** The sums that the exact posterior needs. */
const groups: readonly CookieGroup[] = [1, 2, 3, 4, 5].map((location) => {
  const chips = rows.filter((row) => row.location === location).map((row) => Number(row.chips));
  return { count: chips.length, sum: chips.reduce((sum, count) => sum + count, 0) };
});

/** The example as it stands, with the exact Poisson in place of the estimator that the demo trains. */
function runFactories(calls: { bind: number; evaluate: number; pullback: number }): Posterior {
  addHeader(() => ({ loadEstimator: (store: Store, k: Continuation) => k(store, poissonLikelihood(calls)) }));
  // The webppl command leaves the path of the program here; the data are beside it.
  return runProgram(readFileSync(program, "utf8"), { argv: { _: [program] } }) as Posterior;
}

test("the exact likelihood in factories.wppl gives the exact posterior, in one call a gradient", () => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const posterior = runFactories(calls);
  const table = summarize(posterior);
  expect(table.map(({ name }) => name)).toEqual(["mu", "sigma", "rate[1]", "rate[2]", "rate[3]", "rate[4]", "rate[5]"]);
  const exact = cookieFactoriesPosterior(groups);
  const moments = [exact.mu, exact.sigma, ...exact.rate];
  table.forEach((row, i) => {
    expect(row.rHat).toBeLessThan(1.01);
    const { mean, sd } = standardErrors(row, posterior);
    // Four standard errors; fourteen comparisons go wrong by chance once in a thousand runs.
    expect(Math.abs(row.mean - moments[i].mean)).toBeLessThan(4 * mean);
    expect(Math.abs(row.sd - moments[i].sd)).toBeLessThan(4 * sd);
  });
  expect(posterior.poolish.diagnostics.outsideTrainingBox).toBe(0);
  // Each group alone when the program is first run, then all of them together, once.
  expect(calls.bind).toBe(6);
  const { n_steps } = posterior.poolish.inferenceData.sample_stats;
  const kept = n_steps.values.reduce((sum, steps) => sum + steps, 0);
  expect(calls.pullback).toBeGreaterThan(kept);
  // Warm-up takes somewhat more steps than sampling; without batching there would be five times as many calls.
  expect(calls.pullback).toBeLessThan(4 * kept);
});

/** Of the mean by the bulk ESS; of the sd by the kurtosis of the draws and the smaller ESS. */
function standardErrors({ name, mean, sd, essBulk, essTail }: SummaryRow, { poolish }: Posterior) {
  const [variable, index] = name.split(/[[\]]/);
  const { values, shape } = poolish.inferenceData.posterior[variable];
  const width = shape[2] ?? 1;
  const draws = values.filter((_, i) => i % width === Number(index ?? 1) - 1);
  const kurtosis = draws.reduce((sum, draw) => sum + ((draw - mean) / sd) ** 4, 0) / draws.length;
  return { mean: sd / Math.sqrt(essBulk), sd: sd * Math.sqrt((kurtosis - 1) / (4 * Math.min(essBulk, essTail))) };
}
