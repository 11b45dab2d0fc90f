/**
 * The benchmark sbibm (Lueckmann et al. 2021) with estimators of this project: trains one estimator a task with the default
 * configuration, draws 10,000 times from the posterior of each observation, and prints C2ST against the reference
 * posteriors (0.5 is best) beside the published figures.
 * `npm run bench:sbibm -- --task two_moons --method npe --simulations 10000 --data DIR --observations 1,2 [--json]`
 * (and `--network attention` for vector-field). DIR is laid out as `packages/testkit/data/sbibm`; `--task` takes several, with commas, or "all".
 */
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { type C2stMode, c2st } from "@poolish/checks";
import { rngFromSeed } from "@poolish/core";
import { simulate } from "@poolish/sbi";
import { parseSbibmTable, type SbibmTable, type SbibmTask, sbibmSimulator, sbibmTask } from "@poolish/testkit";
import { networkNamed } from "./networkNamed.ts";
import type { TrainedMethod } from "./sbibm/method.ts";
import { SBIBM_METHODS } from "./sbibm/methods/index.ts";
import { publishedC2st } from "./sbibm/publishedC2st.ts";
import { sbibmPrior } from "./sbibm/sbibmPrior.ts";

const { values: options } = parseArgs({
  options: {
    task: { type: "string", default: "two_moons" },
    method: { type: "string", default: "nle" },
    simulations: { type: "string", default: "10000" },
    data: { type: "string", default: "../shared/data/sbibm" },
    anchors: { type: "string", default: "../shared/anchors/sbibm_c2st.csv" },
    observations: { type: "string", default: "1,2" },
    seed: { type: "string", default: "1" },
    draws: { type: "string", default: "10000" },
    members: { type: "string" },
    network: { type: "string" },
    mode: { type: "string", default: "exact" },
    json: { type: "boolean", default: false },
  },
});
const method = SBIBM_METHODS[options.method];
if (method === undefined) {
  throw new Error(`there is no method ${options.method}: pass one of ${Object.keys(SBIBM_METHODS).join(", ")}`);
}
const numSimulations = Number(options.simulations);
const numDraws = Number(options.draws);
const members = options.members === undefined ? {} : { numMembers: Number(options.members) };
const network = options.network === undefined ? {} : { network: networkNamed(options.network) };
const seed = Number(options.seed);
const say = (line: string): void => (options.json ? console.error(line) : console.log(line));

interface Score {
  readonly observation: number;
  readonly c2st: number;
  readonly samplingSeconds: number;
}

async function readTable(path: string): Promise<SbibmTable> {
  const bytes = await readFile(join(options.data, path));
  return parseSbibmTable((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
}

async function trainOn(task: SbibmTask): Promise<TrainedMethod> {
  const prior = { parameters: sbibmPrior(task), sample: task.samplePrior };
  const simulations = await simulate({ simulator: sbibmSimulator(task), prior, count: numSimulations, seed });
  return method.train(task, simulations, { seed, members, network });
}

async function score(task: SbibmTask, trained: TrainedMethod, observation: number): Promise<Score> {
  const folder = `${task.name}/observation_${observation}`;
  const x = (await readTable(`${folder}/observation.csv`)).values;
  const reference = await readTable(`${folder}/reference_posterior_samples.csv.gz`);
  const start = performance.now();
  const values = trained.draw(x, rngFromSeed(seed).foldIn(observation), numDraws);
  const samplingSeconds = (performance.now() - start) / 1000;
  const { accuracy } = await c2st(
    reference,
    { values, numColumns: reference.numColumns },
    { mode: options.mode as C2stMode, seed },
  );
  return { observation, c2st: accuracy, samplingSeconds };
}

function summarise(scores: readonly Score[]): { mean: number; standardError: number } {
  const mean = scores.reduce((sum, { c2st: value }) => sum + value / scores.length, 0);
  const variance =
    scores.reduce((sum, { c2st: value }) => sum + (value - mean) ** 2, 0) / Math.max(1, scores.length - 1);
  return { mean, standardError: Math.sqrt(variance / scores.length) };
}

const names = options.task === "all" ? Object.keys(method.targets) : options.task.split(",");
const results: unknown[] = [];
say(
  `${options.method}, ${numSimulations} simulations, ${numDraws} draws, C2ST ${options.mode}, seed ${seed}; ` +
    `${cpus().length} cores, one used`,
);
for (const name of names) {
  const task = sbibmTask(name as SbibmTask["name"]);
  const start = performance.now();
  const trained = await trainOn(task);
  const trainingSeconds = (performance.now() - start) / 1000;
  const scores: Score[] = [];
  for (const observation of options.observations.split(",").map(Number)) {
    const result = await score(task, trained, observation);
    scores.push(result);
    say(
      `${name} ${observation}: C2ST ${result.c2st.toFixed(3)}, drawn by ${trained.sampler} in ${result.samplingSeconds.toFixed(1)} s`,
    );
  }
  const { mean, standardError } = summarise(scores);
  const published = await publishedC2st(options.anchors, name, numSimulations);
  const target = numSimulations === 10_000 ? method.targets[name] : undefined;
  results.push({
    task: name,
    method: options.method,
    numSimulations,
    mean,
    standardError,
    trainingSeconds,
    scores,
    published,
  });
  say(
    `${name}: mean C2ST ${mean.toFixed(3)} ± ${standardError.toFixed(3)}${target === undefined ? "" : ` (bar ${target})`}, ` +
      `simulated and trained in ${trainingSeconds.toFixed(1)} s; published: ` +
      published.map(({ algorithm, mean: value }) => `${algorithm} ${value.toFixed(3)}`).join("  "),
  );
}
if (options.json) console.log(JSON.stringify(results));
