/**
 * Posterior estimators against closed forms, and beside sbi.
 * 1. The linear Gaussian of sbi's tests (d = 1, 2; x = θ − 1 + √0.3 e; 2,500 simulations): in how many of ten seeds means are
 *    within .1 posterior sd and sds within 10 %.
 * 2. A set estimator on 1 to 200 trials of a conjugate normal: errors of means and sds at every size.
 * 3. Training of npe and nre and 10,000 draws in the two-dimensional case, 10,000 simulations; `--peer PYTHON`: the same by
 *    sbi, its NPE with `--densities maf,nsf` and its NRE, one after the other.
 * `npm run bench:posteriors -- [--parts gaussian,sets,times] [--seeds 10] [--peer /tmp/peer/v/bin/python] [--json]`
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Rng, rngFromSeed } from "@poolish/core";
import { normal } from "@poolish/distributions";
import { standardNormal } from "@poolish/math";
import { npe, nre, type PosteriorEstimator, type Simulator, simulate, train } from "@poolish/sbi";

const { values: options } = parseArgs({
  options: {
    parts: { type: "string", default: "gaussian,sets,times" },
    seeds: { type: "string", default: "10" },
    sets: { type: "string", default: "4000" },
    peer: { type: "string" },
    densities: { type: "string", default: "maf,nsf" },
    json: { type: "boolean", default: false },
  },
});
const say = (line: string): void => (options.json ? console.error(line) : console.log(line));

const NOISE = 0.3;
const SHIFT = -1;
const quiet = { onNotice: () => {} };

function linearGaussian(dim: number): Simulator {
  return {
    name: `linear_gaussian_${dim}`,
    parameters: Array.from({ length: dim }, (_, i) => `theta_${i + 1}`),
    columns: Array.from({ length: dim }, (_, i) => ({ name: `x_${i + 1}`, kind: "continuous" })),
    simulate(rng, theta, out) {
      for (let i = 0; i < dim; i++) out[i] = theta[i] + SHIFT + Math.sqrt(NOISE) * standardNormal(rng);
    },
  };
}

function standardPrior({ parameters }: Simulator) {
  return Object.fromEntries(parameters.map((name) => [name, normal(0, 1)]));
}

/** Mean and standard deviation of every `width`-th number from `index`. */
function momentsOf(draws: Float64Array, width: number, index: number): { mean: number; sd: number } {
  const values = Float64Array.from({ length: draws.length / width }, (_, i) => draws[i * width + index]);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return { mean, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0)) };
}

/** At x = 0 each θ has mean 1 / 1.3 and variance .3 / 1.3. */
async function gaussianCase(dim: number, seed: number): Promise<{ meanError: number; sdRatio: number }> {
  const simulator = linearGaussian(dim);
  const simulations = await simulate({ simulator, prior: standardPrior(simulator), count: 2500, seed });
  const { sample } = await train(npe(), simulations, { seed, ...quiet });
  const draws = sample(rngFromSeed(seed), new Float64Array(dim), 20_000);
  const [mean, sd] = [-SHIFT / (1 + NOISE), Math.sqrt(NOISE / (1 + NOISE))];
  const each = Array.from({ length: dim }, (_, i) => momentsOf(draws, dim, i));
  return {
    meanError: Math.max(...each.map((moments) => Math.abs(moments.mean - mean) / sd)),
    sdRatio: each.map((moments) => moments.sd / sd).reduce((a, b) => (Math.abs(a - 1) > Math.abs(b - 1) ? a : b)),
  };
}

async function gaussian(): Promise<unknown> {
  const results = [];
  for (const dim of [1, 2]) {
    const runs = [];
    for (let seed = 1; seed <= Number(options.seeds); seed++) runs.push(await gaussianCase(dim, seed));
    const passed = runs.filter(({ meanError, sdRatio }) => meanError < 0.1 && Math.abs(sdRatio - 1) < 0.1).length;
    const worst = Math.max(...runs.map(({ meanError }) => meanError));
    const ratios = runs.map(({ sdRatio }) => sdRatio);
    say(
      `linear Gaussian, d = ${dim}: ${passed} of ${runs.length} seeds within .1 sd and 10 % ` +
        `(means to ${worst.toFixed(3)} sd, sds from ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`,
    );
    results.push({ dim, passed, runs });
  }
  return results;
}

const SIZES = [1, 2, 5, 10, 20, 50, 100, 200];
const REPEATS = 50;

function setErrors({ sample }: PosteriorEstimator, rng: Rng, size: number) {
  let squares = 0;
  let ratio = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const mu = standardNormal(rng);
    const x = Float64Array.from({ length: size }, () => mu + standardNormal(rng));
    const [mean, sd] = [x.reduce((sum, value) => sum + value, 0) / (size + 1), 1 / Math.sqrt(size + 1)];
    const moments = momentsOf(sample(rng, x, 2000), 1, 0);
    squares += ((moments.mean - mean) / sd) ** 2 / REPEATS;
    ratio += moments.sd / sd / REPEATS;
  }
  return { size, rmsMeanError: Math.sqrt(squares), sdRatio: ratio };
}

async function sets(): Promise<unknown> {
  const simulator: Simulator = {
    name: "mean_of_normal",
    parameters: ["mu"],
    columns: [{ name: "x", kind: "continuous" }],
    simulate(rng, [mu], out) {
      out[0] = mu + standardNormal(rng);
    },
  };
  const start = performance.now();
  const count = Number(options.sets);
  const simulations = await simulate({ simulator, prior: { mu: normal(0, 1) }, count, seed: 1, trials: [1, 200] });
  const estimator = await train(npe(), simulations, { seed: 1, ...quiet });
  say(
    `sets of 1 to 200 trials, ${count} of them: ${((performance.now() - start) / 1000).toFixed(1)} s; ${REPEATS} sets a size`,
  );
  const rng = rngFromSeed(2);
  const rows = SIZES.map((size) => setErrors(estimator, rng, size));
  for (const { size, rmsMeanError, sdRatio } of rows) {
    say(`  ${size} trials: rms error of means ${rmsMeanError.toFixed(3)} sd, sds × ${sdRatio.toFixed(3)}`);
  }
  return rows;
}

/** Of this process: what a machine that does nothing else would take, nearly. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Of sbi: NRE has no draws of its own. */
interface PeerTimes {
  readonly name: string;
  readonly training: number;
  readonly sampling?: number;
  readonly epochs: number;
}

const NUM_CALLS = 5;

async function times(): Promise<unknown> {
  const simulator = linearGaussian(2);
  const simulations = await simulate({ simulator, prior: standardPrior(simulator), count: 10_000, seed: 1 });
  const start = cpuSeconds();
  const estimator = await train(npe(), simulations, { seed: 1, ...quiet });
  const trained = cpuSeconds();
  for (let call = 0; call < NUM_CALLS; call++) estimator.sample(rngFromSeed(call), [0, 0], 10_000);
  const drawn = cpuSeconds();
  await train(nre(), simulations, { seed: 1 });
  const ours = { npe: trained - start, sampling: (drawn - trained) / NUM_CALLS, nre: cpuSeconds() - drawn };
  say(
    `ours, CPU seconds: npe (${estimator.spec.density.kind}) trained in ${ours.npe.toFixed(1)}, 10,000 draws in ` +
      `${ours.sampling.toFixed(3)} (mean of ${NUM_CALLS} calls, the first included); nre trained in ${ours.nre.toFixed(1)}`,
  );
  if (options.peer === undefined) return { ours };
  const peers = peerTimes(options.peer);
  for (const { name, training, sampling, epochs } of peers) {
    const own = name === "NRE" ? ours.nre : ours.npe;
    const draws =
      sampling === undefined
        ? ""
        : `, 10,000 draws in ${sampling.toFixed(3)} s (${(sampling / ours.sampling).toFixed(1)}×)`;
    const epochsOf = `${epochs} epochs; ${(training / own).toFixed(1)}×`;
    say(`sbi, ${name}, one thread: trained in ${training.toFixed(1)} s of CPU (${epochsOf})${draws}`);
  }
  return { ours, peers };
}

function peerTimes(python: string): readonly PeerTimes[] {
  const { stdout, status } = spawnSync(python, ["bench/peers/posteriors_sbi.py", options.densities], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`the peer ended with status ${status}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

say(`${cpus().length} cores (${cpus()[0].model.trim()}), one used, load ${loadavg()[0].toFixed(1)}`);
const parts: Readonly<Record<string, () => Promise<unknown>>> = { gaussian, sets, times };
const results: Record<string, unknown> = {};
for (const part of options.parts.split(",")) results[part] = await parts[part]();
if (options.json) console.log(JSON.stringify(results));
