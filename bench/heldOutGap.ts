/**
 * How far `nle()` stays behind the exact log-likelihood of tasks of sbibm: the mean difference over fresh pairs (θ, x), in nats, over
 * seeds of simulation and training. `npm run bench:held-out-gap [-- --tasks two_moons,slcp --seeds 5 --simulations 10000 --fresh 100000]`
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { rngFromSeed } from "@poolish/core";
import { type Estimator, nle, simulate, train } from "@poolish/sbi";
import { type SbibmTask, sbibmSimulator, sbibmTask } from "@poolish/testkit";
import { sbibmPrior } from "./sbibm/sbibmPrior.ts";

const { values: options } = parseArgs({
  options: {
    tasks: { type: "string", default: "two_moons,slcp" },
    seeds: { type: "string", default: "5" },
    simulations: { type: "string", default: "10000" },
    fresh: { type: "string", default: "100000" },
  },
});
const [numSeeds, count, numFresh] = [options.seeds, options.simulations, options.fresh].map(Number);
/** Held-out gaps that sbi 0.27 reaches with its MAF and its NSF (10,000 simulations), and the bar. */
const KNOWN: Readonly<Record<string, string>> = {
  two_moons: "sbi .148 and .158, bar .08",
  slcp: "sbi 2.37 and 2.70, bar 1.6",
};

/** The mean of exact minus learned log-likelihood; draws are those of no training. */
function gapOf(task: SbibmTask, likelihood: Estimator, seed: number): number {
  const rng = rngFromSeed(1_000_000 + seed);
  const theta = new Float64Array(numFresh * task.parameters.length);
  const x = new Float64Array(numFresh * task.columns.length);
  const gradient = new Float64Array(task.parameters.length);
  let exact = 0;
  for (let i = 0; i < numFresh; i++) {
    const own = theta.subarray(i * task.parameters.length, (i + 1) * task.parameters.length);
    const data = x.subarray(i * task.columns.length, (i + 1) * task.columns.length);
    task.samplePrior(rng, own);
    task.simulate(rng, own, data);
    exact += task.logLikelihood(own, data, gradient) / numFresh;
  }
  return exact - likelihood.logProb(x, theta).reduce((sum, term) => sum + term / numFresh, 0);
}

console.log(`${numFresh} fresh pairs a seed; ${cpus().length} cores, one used, load ${loadavg()[0].toFixed(1)}`);
for (const name of options.tasks.split(",")) {
  const task = sbibmTask(name);
  if (!task.isNormalised) throw new Error(`the log-likelihood of ${name} leaves a factor out, and has no gap`);
  const gaps: number[] = [];
  for (let seed = 1; seed <= numSeeds; seed++) {
    const prior = { parameters: sbibmPrior(task), sample: task.samplePrior };
    const simulations = await simulate({ simulator: sbibmSimulator(task), prior, count, seed });
    gaps.push(gapOf(task, await train(nle(), simulations, { seed }), seed));
    console.log(`${name}, seed ${seed}: ${gaps[seed - 1].toFixed(4)} nats`);
  }
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / numSeeds;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / Math.max(1, numSeeds - 1);
  const error = Math.sqrt(variance / numSeeds).toFixed(4);
  console.log(`${name}: ${mean.toFixed(4)} ± ${error} nats, ${count} simulations (${KNOWN[name] ?? "no bar"})`);
}
