/**
 * Tempering SMC with the exact likelihoods of three sbibm tasks with several modes: C2ST of its draws against the
 * reference posteriors (0.5 is best), the masses of the modes, the evidence and the times.
 * `npx tsc -b packages/checks packages/testkit && npx tsx bench/smc.ts [--seeds 5] [--particles 10000] [--mode exact]
 *  [--tasks two_moons,slcp,gaussian_mixture] [--data ../shared/data/sbibm]`
 */
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { type C2stMode, c2st } from "@poolish/checks";
import { rngFromSeed } from "@poolish/core";
import { type SmcDraws, smc } from "@poolish/mcmc";
import { parseSbibmTable, type SbibmTable, type SbibmTaskName, sbibmPosterior, sbibmTask } from "@poolish/testkit";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "5" },
    particles: { type: "string", default: "10000" },
    mode: { type: "string", default: "exact" },
    tasks: { type: "string", default: "two_moons,slcp,gaussian_mixture" },
    data: { type: "string", default: "../shared/data/sbibm" },
  },
});
const particles = Number(options.particles);
const numSeeds = Number(options.seeds);
const TARGET = 0.52;

/** Two numbers whose signs tell the modes apart. */
const MODES: Readonly<Record<string, (theta: Float64Array) => readonly number[]>> = {
  two_moons: (theta) => [theta[0] + theta[1]],
  slcp: (theta) => [theta[2], theta[3]],
};

async function readTable(path: string): Promise<SbibmTable> {
  const bytes = await readFile(join(options.data, path));
  return parseSbibmTable((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
}

interface Run {
  readonly draws: SmcDraws;
  /** Row-major, on the constrained scale. */
  readonly theta: Float64Array;
  /** Of the processor. */
  readonly seconds: number;
}

function sample(name: SbibmTaskName, x: Float64Array, seed: number): Run {
  const posterior = sbibmPosterior(sbibmTask(name), x);
  // Processor time: the wall clock of a shared machine says little.
  const start = process.cpuUsage().user;
  const draws = smc(posterior, rngFromSeed(seed), { particles });
  const seconds = (process.cpuUsage().user - start) / 1e6;
  if (draws.kind !== "complete") throw new Error(`${name}: ${draws.kind}`);
  const { dim } = posterior;
  const theta = new Float64Array(draws.positions.length);
  for (let i = 0; i < particles; i++) {
    const at = i * dim;
    posterior.constrain(draws.positions.subarray(at, at + dim), theta.subarray(at, at + dim));
  }
  return { draws, theta, seconds };
}

/** Shares of the sign patterns, e.g. "--: .251". */
function modeShares(name: string, theta: Float64Array, dim: number): string {
  const signsOf = MODES[name];
  if (signsOf === undefined) return "";
  const counts = new Map<string, number>();
  for (let at = 0; at < theta.length; at += dim) {
    const signs = signsOf(theta.subarray(at, at + dim)).map((value) => (value < 0 ? "-" : "+"));
    counts.set(signs.join(""), (counts.get(signs.join("")) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([signs, count]) => `${signs} ${((count * dim) / theta.length).toFixed(3)}`).join("  ");
}

console.log(
  `SMC, ${particles} particles, exact likelihoods, ${numSeeds} seeds, C2ST ${options.mode}; ` +
    `${cpus().length} cores (one used); all gradients counted, adaptation included`,
);
const scores: number[] = [];
for (const name of options.tasks.split(",") as SbibmTaskName[]) {
  for (const observation of [1, 2]) {
    const folder = `${name}/observation_${observation}`;
    const x = (await readTable(`${folder}/observation.csv`)).values;
    const reference = await readTable(`${folder}/reference_posterior_samples.csv.gz`);
    const { numColumns } = reference;
    for (let seed = 1; seed <= numSeeds; seed++) {
      const { draws, theta, seconds } = sample(name, x, seed);
      const start = performance.now();
      const { accuracy } = await c2st(
        reference,
        { values: theta, numColumns },
        { mode: options.mode as C2stMode, seed },
      );
      const scoring = ((performance.now() - start) / 1000).toFixed(1);
      scores.push(accuracy);
      const { logEvidence, standardError } = draws.evidence;
      const microseconds = ((1e6 * seconds) / draws.numGradients).toFixed(2);
      console.log(
        `${name} ${observation} seed ${seed}: C2ST ${accuracy.toFixed(4)}  log evidence ${logEvidence.toFixed(3)} ± ` +
          `${standardError.toFixed(3)}  ${draws.temperatures.length} temperatures  ${draws.numGradients} gradients in ` +
          `${seconds.toFixed(1)} s of processor time (${microseconds} µs each)  C2ST in ${scoring} s  ${draws.numDuplicates} duplicates  ` +
          modeShares(name, theta, numColumns),
      );
    }
    const shares = modeShares(name, reference.values, numColumns);
    if (shares !== "") console.log(`${name} ${observation} reference: ${shares}`);
  }
}
const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
console.log(`mean C2ST ${mean.toFixed(4)} over ${scores.length} runs (target: at most ${TARGET})`);
