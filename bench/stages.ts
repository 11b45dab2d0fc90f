/**
 * Two stages beside all data at once: conjugate Gaussians (exact), bakeries that carry mu, sigma and their rates over, and a posterior
 * estimator that begins. npm run bench:stages [-- --parts gaussian,bakeries,loaves]
 */
import { parseArgs } from "node:util";
import { real, rngFromSeed } from "@poolish/core";
import { infer } from "@poolish/inference";
import { standardNormal } from "@poolish/math";
import { learnedPrior, model, normal } from "@poolish/ppl";
import { densityFrom } from "@poolish/sbi";
import { bakeMonths, both, CARRIED, carryOver, fromTheBeginning, nextMonth } from "../examples/stages/bakeryMonths.ts";
import { compareFits } from "../examples/stages/compareFits.ts";
import { allLoaves, bakeLoaves, learnLoaves, summarise, thisMonth } from "../examples/stages/loafMonths.ts";

const { values: flags } = parseArgs({ options: { parts: { type: "string", default: "gaussian,bakeries,loaves" } } });
const SEEDS = [1, 2, 3, 4];
const options = { warmup: 600, draws: 2500, targetAcceptance: 0.9, workers: 1 };

/** Mean over seeds ± its standard error, and the largest. */
function overSeeds(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return `${mean.toFixed(3)} ± ${error.toFixed(3)} (largest ${Math.max(...values).toFixed(3)})`;
}

function print(what: string, errors: readonly number[], correlations: readonly number[], bar: string): void {
  console.log(`${what.padEnd(52)} ${overSeeds(errors)} sd; correlations ${overSeeds(correlations)}; ${bar}`);
}

/** a and a + b, both normal: two stages of data on a, then on b. The answer is a line of algebra. */
async function conjugate(seed: number): Promise<{ readonly error: number; readonly correlation: number }> {
  const rng = rngFromSeed(seed);
  const first = Array.from({ length: 4 }, () => 1 + standardNormal(rng));
  const second = Array.from({ length: 4 }, () => 3 + standardNormal(rng));
  const stage1 = model("first", ({ sample, observe }, { y }: { y: readonly number[] }) => {
    const a = sample("a", normal(0, 2));
    const b = sample("b", normal(a, 1));
    observe("y", normal(a.add(b), 1), y);
  });
  const fit = await infer(stage1, { y: first }, { ...options, seed });
  const density = await densityFrom(fit.draws(["a", "b"]), { seed, supports: { a: real } });
  const stage2 = model("second", ({ sample, observe }, { y }: { y: readonly number[] }) => {
    const { b } = sample("first", learnedPrior(density));
    observe("y", normal(b, 1), y);
  });
  const staged = await infer(stage2, { y: second }, { ...options, seed: seed + 100 });
  // Precision: of a ~ N(0, 2²), b ~ N(a, 1), four sums a + b and four b.
  const [aa, ab, bb] = [0.25 + 1 + 4, -1 + 4, 1 + 4 + 4];
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const [ra, rb] = [sum(first), sum(first) + sum(second)];
  const determinant = aa * bb - ab * ab;
  const exact = {
    a: { mean: (bb * ra - ab * rb) / determinant, sd: Math.sqrt(bb / determinant) },
    b: { mean: (aa * rb - ab * ra) / determinant, sd: Math.sqrt(aa / determinant) },
  };
  const [a, b] = ["a", "b"].map((name) => Float64Array.from(staged.draws(name).flatMap((chain) => [...chain])));
  const mean = (values: Float64Array): number => values.reduce((total, value) => total + value / values.length, 0);
  const [ma, mb] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, i) => (value - ma) * (b[i] - mb)));
  const sds = [a, b].map((values, k) => Math.sqrt(mean(values.map((value) => (value - [ma, mb][k]) ** 2))));
  return {
    error: Math.max(Math.abs(ma - exact.a.mean) / exact.a.sd, Math.abs(mb - exact.b.mean) / exact.b.sd),
    correlation: Math.abs(covariance / (sds[0] * sds[1]) + ab / Math.sqrt(aa * bb)),
  };
}

async function benchGaussians(): Promise<void> {
  const gaussians = [];
  for (const seed of SEEDS) gaussians.push(await conjugate(seed));
  print(
    "conjugate Gaussian, two stages beside the exact answer",
    gaussians.map(({ error }) => error),
    gaussians.map(({ correlation }) => correlation),
    "bars .15, .1",
  );
}

async function benchBakeries(): Promise<void> {
  const bakeries = [];
  /** What two right fits differ by. */
  const noise = [];
  for (const seed of SEEDS) {
    const months = bakeMonths(seed);
    // Few of last month's draws agree with this month's data: the density needs many to know what they say of correlations there.
    const last = await infer(fromTheBeginning, months[0], { ...options, draws: 10_000, seed });
    const density = await carryOver(last.draws(CARRIED), seed);
    const staged = await infer(nextMonth(density), months[1], { ...options, seed: seed + 100 });
    const right = await infer(fromTheBeginning, both(months), { ...options, seed: seed + 200 });
    bakeries.push(compareFits(staged, right));
    noise.push(compareFits(await infer(fromTheBeginning, both(months), { ...options, seed: seed + 300 }), right));
  }
  print(
    "bakeries, two stages beside both months at once",
    bakeries.map(({ worstError }) => worstError),
    bakeries.map(({ worstCorrelation }) => worstCorrelation),
    "bars .15, .1",
  );
  print(
    "bakeries, both months at once twice",
    noise.map(({ worstError }) => worstError),
    noise.map(({ worstCorrelation }) => worstCorrelation),
    "",
  );
}

async function benchLoaves(): Promise<void> {
  const posterior = await learnLoaves(1);
  const loaves = [];
  for (const seed of SEEDS) {
    const [lastMonth, weights] = bakeLoaves(seed);
    const staged = await infer(
      thisMonth(posterior),
      { lastMonth: summarise(lastMonth), weights },
      { ...options, seed },
    );
    loaves.push(
      compareFits(staged, await infer(allLoaves, { weights: [...lastMonth, ...weights] }, { ...options, seed })),
    );
  }
  print(
    "a posterior estimator, then loaves, beside all loaves",
    loaves.map(({ worstError }) => worstError),
    loaves.map(({ worstCorrelation }) => worstCorrelation),
    "",
  );
}

const parts = { gaussian: benchGaussians, bakeries: benchBakeries, loaves: benchLoaves };
for (const [name, run] of Object.entries(parts)) if (flags.parts.split(",").includes(name)) await run();
