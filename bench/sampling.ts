/**
 * Speed and efficiency of NUTS: `npm run bench:sampling [-- --peer PYTHON] [--quick] [--parts gradient,speed,memory,efficiency]`.
 * PYTHON is an interpreter with the packages of bench/peers/sampling_requirements.txt; NumPyro and nutpie then run the
 * same models on the same data in the same run, round by round in turn (`--rounds 9`). Everything runs on one core, chains one
 * after the other; the parts run one after the other too. Eight schools has the real data, all other models have synthetic data with literal seeds.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type LogDensity, rngFromSeed } from "@poolish/core";
import { type Adaptation, sampleChain } from "@poolish/mcmc";
import { linkModel } from "@poolish/ppl";
import { formatTable } from "../examples/factories/comparisonTable.ts";
import { type BenchModel, benchModels, varyingSlopes } from "./models/index.ts";
import { nanosecondsPerGradient } from "./models/nanosecondsPerGradient.ts";
import { type RunResult, runModel } from "./models/runModel.ts";
import { type PeerName, type Run, runPeer, startPeer } from "./models/runPeer.ts";

const { values: flags } = parseArgs({
  options: {
    peer: { type: "string" },
    quick: { type: "boolean", default: false },
    parts: { type: "string", default: "gradient,speed,memory,efficiency" },
    models: { type: "string", default: benchModels.map(({ name }) => name).join(",") },
    seeds: { type: "string" },
    rounds: { type: "string" },
    adaptation: { type: "string" },
  },
});
const speedRun = flags.quick ? { chains: 2, warmup: 300, draws: 500 } : { chains: 4, warmup: 1000, draws: 5000 };
const efficiencyRun = flags.quick ? { chains: 2, warmup: 300, draws: 300 } : { chains: 4, warmup: 1000, draws: 1000 };
const numSeeds = Number(flags.seeds ?? (flags.quick ? 2 : 10));
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 9));
const numStreamed = flags.quick ? 50_000 : 500_000;
const more = flags.adaptation === undefined ? {} : { adaptation: flags.adaptation as Adaptation };

function benchGradients(models: readonly BenchModel[]): void {
  console.log(`\n(a) one gradient, replayed from the tape (best of many batches), load ${loadavg()[0]?.toFixed(1)}`);
  for (const model of models) {
    const start = performance.now();
    const { model: compiled, likelihoods } = model.compile();
    const target = linkModel(compiled, likelihoods);
    const milliseconds = (performance.now() - start).toFixed(1);
    const nanoseconds = nanosecondsPerGradient(target).toFixed(0);
    console.log(`${model.name} (${target.dim} dimensions): ${nanoseconds} ns; traced and linked in ${milliseconds} ms`);
  }
}

/** Effective draws a second: of sampling alone, with warm-up, and with compilation too. */
interface Rates {
  readonly sampling: number;
  readonly warm: number;
  readonly cold: number;
}

function ratesOf({ minEss, compileSeconds, warmupSeconds, sampleSeconds }: RunResult): Rates {
  return {
    sampling: minEss / sampleSeconds,
    warm: minEss / (warmupSeconds + sampleSeconds),
    cold: minEss / (compileSeconds + warmupSeconds + sampleSeconds),
  };
}

const secondsOf = ({ warmupSeconds, sampleSeconds }: RunResult): number => warmupSeconds + sampleSeconds;

function quantile(values: readonly number[], probability: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(probability * (sorted.length - 1))];
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Medians over the runs; the fastest run's rate is in the last column. */
function speedRow(who: string, results: readonly RunResult[]): string[] {
  const of = (figure: (result: RunResult) => number, digits: number) => median(results.map(figure)).toFixed(digits);
  const gradients = (result: RunResult) => result.warmupGradients + result.sampleGradients;
  return [
    who,
    of(({ minEss }) => minEss, 0),
    of((result) => ratesOf(result).sampling, 0),
    of((result) => ratesOf(result).warm, 0),
    of((result) => ratesOf(result).cold, 0),
    of((result) => (1e6 * secondsOf(result)) / gradients(result), 2),
    of((result) => result.minEss / result.sampleGradients, 4),
    of((result) => result.minEss / gradients(result), 4),
    String(results.reduce((sum, { divergences }) => sum + divergences, 0)),
    Math.max(...results.map((result) => ratesOf(result).sampling)).toFixed(0),
  ];
}

const SPEED_COLUMNS = [
  "",
  "min bulk ESS",
  "ESS/s sampling",
  "ESS/s with warm-up",
  "… and compilation",
  "µs a gradient",
  "ESS/gradient sampling",
  "… with warm-up",
  "divergences, all rounds",
  "ESS/s sampling, best round",
];

/** Our run is repeated until it is no longer faster than the last by so much, or so often. */
const SMALLEST_GAIN = 0.1;
const MAX_WARMING_RUNS = 6;

/** Seconds of runs that the engine compiles meanwhile. A single fit in a new process is worth "… and compilation". */
function warmingSeconds(model: BenchModel): readonly number[] {
  const seconds = [secondsOf(runModel(model, { ...speedRun, seed: 1 }, more))];
  for (let gain = 1; gain > SMALLEST_GAIN && seconds.length < MAX_WARMING_RUNS; ) {
    const next = secondsOf(runModel(model, { ...speedRun, seed: 1 }, more));
    gain = 1 - next / seconds[0];
    seconds.unshift(next);
  }
  return seconds;
}

/** With what the warming runs took beyond the median of ours as the compiler's time (NumPyro's is its first run's). */
function withCompilation(ours: readonly RunResult[], warming: readonly number[]): readonly RunResult[] {
  const usual = median(ours.map(secondsOf));
  const compileSeconds = warming.reduce((sum, seconds) => sum + Math.max(0, seconds - usual), 0);
  return ours.map((result) => ({ ...result, compileSeconds }));
}

/** The programs take turns, since a machine that others use too changes its speed within seconds: ours, then each peer. */
async function takeTurns(model: BenchModel): Promise<ReadonlyMap<string, readonly RunResult[]>> {
  const python = flags.peer;
  const started = async (name: PeerName) =>
    [name, await startPeer(python ?? "", name, [model], speedRun, rounds)] as const;
  const peers = python === undefined ? [] : [await started("numpyro"), await started("nutpie")];
  const warming = warmingSeconds(model);
  const ours: RunResult[] = [];
  const theirs = peers.map(([name, peer]) => ({ name, peer, results: [] as RunResult[] }));
  for (let seed = 1; seed <= rounds; seed++) {
    ours.push(runModel(model, { ...speedRun, seed }, more));
    for (const { peer, results } of theirs) results.push(await peer.next());
  }
  for (const { peer } of theirs) peer.end();
  return new Map([
    ["poolish", withCompilation(ours, warming)],
    ...theirs.map(({ name, results }) => [name, results] as const),
  ]);
}

/** The middle of the rounds' ratios, and their quartiles. */
function ratioText(ours: readonly RunResult[], theirs: readonly RunResult[], rate: keyof Rates): string {
  const ratios = ours.map((result, round) => ratesOf(result)[rate] / ratesOf(theirs[round])[rate]);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((probability) => quantile(ratios, probability).toFixed(2));
  return `${middle}x (${low}–${high})`;
}

async function benchSpeed(models: readonly BenchModel[]): Promise<void> {
  const { chains, warmup, draws } = speedRun;
  console.log(
    `\n(b) ${chains} chains x (${warmup} + ${draws}), one after the other on one core, ${rounds} rounds in turn, seeds 1 to ${rounds}, ` +
      `load ${loadavg()[0]?.toFixed(1)}; medians of the rounds, ratios of each round with their quartiles`,
  );
  for (const model of models) {
    const results = await takeTurns(model);
    const rows = [...results].map(([name, each]) => speedRow(name, each));
    console.log(`\n${model.name}\n${formatTable(SPEED_COLUMNS, rows)}`);
    const [[, ours], ...theirs] = results;
    for (const [name, each] of theirs) {
      const [sampling, warm, cold] = (["sampling", "warm", "cold"] as const).map((rate) => ratioText(ours, each, rate));
      console.log(`ratio, ours to ${name}'s: sampling ${sampling}, warm-up counted ${warm}, compilation too ${cold}`);
    }
  }
}

/** Independent standard normals. */
function gaussian(dim: number): LogDensity {
  return {
    dim,
    valueAndGradient(q, gradient) {
      let value = 0;
      for (let i = 0; i < dim; i++) {
        gradient[i] = -q[i];
        value -= 0.5 * q[i] * q[i];
      }
      return value;
    },
  };
}

/** Resident memory in MiB, after a full collection. */
function residentMemory(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().rss / 2 ** 20;
}

function benchMemory(): void {
  const dim = 20;
  const center = new Float64Array(dim);
  const memory = { early: 0, peak: 0 };
  let count = 0;
  const every = numStreamed / 50;
  const before = residentMemory();
  const sink = {
    draw(position: Float64Array) {
      count++;
      for (let i = 0; i < dim; i++) center[i] += (position[i] - center[i]) / count;
      if (count % every !== 0) return;
      memory.peak = Math.max(memory.peak, process.memoryUsage().rss / 2 ** 20);
      // A tenth of the way: the engine's heap has its size by then, and whatever is kept shows from here on.
      if (count === 5 * every) memory.early = residentMemory();
    },
  };
  const start = performance.now();
  sampleChain(gaussian(dim), rngFromSeed(1), { warmup: 1000, draws: numStreamed, ...more }, { sink });
  const seconds = (performance.now() - start) / 1000;
  const after = residentMemory();
  console.log(`\n(c) ${numStreamed} draws of a ${dim}-d Gaussian to a running mean, 1 chain, ${seconds.toFixed(1)} s`);
  console.log(
    `resident memory: ${before.toFixed(1)} MiB before, ${memory.early.toFixed(1)} after a tenth, ${after.toFixed(1)} at the end ` +
      `(growth ${(after - memory.early).toFixed(1)}), peak ${memory.peak.toFixed(1)}; storing the draws would take ` +
      `${((8 * dim * numStreamed) / 2 ** 20).toFixed(0)}; largest |mean| ${Math.max(...center.map(Math.abs)).toFixed(4)}`,
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Effective draws a gradient over seeds, as logarithms: means, and the standard error of the first. */
interface Efficiency {
  readonly sampling: number;
  readonly withWarmup: number;
  readonly standardError: number;
  /** Gradients a draw after warm-up. */
  readonly stepsPerDraw: number;
  readonly divergences: number;
}

function efficiency(results: readonly RunResult[], { chains, draws }: Run): Efficiency {
  const sampling = results.map(({ minEss, sampleGradients }) => Math.log(minEss / sampleGradients));
  const whole = results.map((each) => Math.log(each.minEss / (each.sampleGradients + each.warmupGradients)));
  const center = mean(sampling);
  const variance = sampling.reduce((sum, value) => sum + (value - center) ** 2, 0) / (sampling.length - 1);
  return {
    sampling: center,
    withWarmup: mean(whole),
    standardError: Math.sqrt(variance / sampling.length),
    stepsPerDraw: mean(results.map(({ sampleGradients }) => sampleGradients)) / (chains * draws),
    divergences: results.reduce((sum, { divergences }) => sum + divergences, 0),
  };
}

function efficiencyCells({ sampling, withWarmup, stepsPerDraw, divergences }: Efficiency): string[] {
  const perGradient = [sampling, withWarmup].map((value) => Math.exp(value).toFixed(4));
  return [...perGradient, stepsPerDraw.toFixed(1), String(divergences)];
}

const EFFICIENCY_COLUMNS = ["sampling", "with warm-up", "steps/draw", "divergences"];

async function benchEfficiency(models: readonly BenchModel[]): Promise<void> {
  const { chains, warmup, draws } = efficiencyRun;
  const sizes = `${chains} chains x (${warmup} + ${draws}), ${numSeeds} seeds`;
  console.log(`\n(d) effective draws a gradient, ${sizes} (geometric means; smallest bulk ESS of any latent value)`);
  const seeds = Array.from({ length: numSeeds }, (_, i) => i + 1);
  const theirs = flags.peer === undefined ? [] : await runPeer(flags.peer, "nutpie", models, efficiencyRun, numSeeds);
  const ratios: { readonly sampling: number; readonly withWarmup: number; readonly variance: number }[] = [];
  const rows = models.map((model) => {
    const results = seeds.map((seed) => runModel(model, { ...efficiencyRun, seed }, more));
    const own = efficiency(results, efficiencyRun);
    const peerResults = theirs.filter((result) => result.model === model.name);
    if (peerResults.length === 0) return [model.name, ...efficiencyCells(own)];
    const peer = efficiency(peerResults, efficiencyRun);
    const sampling = own.sampling - peer.sampling;
    const withWarmup = own.withWarmup - peer.withWarmup;
    const variance = own.standardError ** 2 + peer.standardError ** 2;
    ratios.push({ sampling, withWarmup, variance });
    const compared = [Math.exp(sampling).toFixed(3), Math.sqrt(variance).toFixed(3), Math.exp(withWarmup).toFixed(3)];
    return [model.name, ...efficiencyCells(own), ...efficiencyCells(peer), ...compared];
  });
  const peerColumns = EFFICIENCY_COLUMNS.map((title, i) => (i === 0 ? `nutpie: ${title}` : title));
  const ratioColumns = ["ratio sampling", "± (log)", "with warm-up"];
  const columns = ["", ...EFFICIENCY_COLUMNS];
  console.log(formatTable(ratios.length === 0 ? columns : [...columns, ...peerColumns, ...ratioColumns], rows));
  if (ratios.length === 0) return;
  const error = Math.sqrt(ratios.reduce((sum, { variance }) => sum + variance, 0)) / ratios.length;
  console.log(
    `geometric mean over ${ratios.length} models, ours to nutpie's: ` +
      `sampling ${Math.exp(mean(ratios.map(({ sampling }) => sampling))).toFixed(3)} (± ${error.toFixed(3)} on the log scale), ` +
      `with warm-up ${Math.exp(mean(ratios.map(({ withWarmup }) => withWarmup))).toFixed(3)}`,
  );
}

const parts = flags.parts.split(",");
const chosen = benchModels.filter(({ name }) => flags.models.split(",").includes(name));
const timed = chosen.filter(({ name }) => name === "eightSchoolsNonCentred" || name === "radon");
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores (one is used at a time), load ${loadavg()[0]?.toFixed(1)}; Node ${process.version}; ` +
    `adaptation ${flags.adaptation ?? "by default"}`,
);
if (parts.includes("gradient")) benchGradients([...timed, varyingSlopes]);
if (parts.includes("speed")) await benchSpeed(timed);
if (parts.includes("memory")) benchMemory();
if (parts.includes("efficiency")) await benchEfficiency(chosen);
