/**
 * The gradient of hierarchical models with a learned likelihood, beside sbi + Pyro in the same run:
 * `npm run bench:hierarchical [-- --peer PYTHON] [--simulations 10000]`. PYTHON is an interpreter with the packages of
 * bench/peers/requirements.txt; both sides use one thread, and learn the same x ~ Normal(θ, 0.5) per coordinate from as
 * many simulations of θ ~ Normal(0, 3). The model has a mean and a variance for each coordinate, and a θ for each subject.
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { compile, inverseGamma, learned, linkModel, model, normal } from "@poolish/ppl";
import { type Estimator, nle, type Simulator, simulate, train } from "@poolish/sbi";
import { formatTable } from "../examples/factories/comparisonTable.ts";
import { nanosecondsPerGradient } from "./models/nanosecondsPerGradient.ts";

const NOISE = 0.5;
const PRIOR_SD = 3;
const CASES = [
  { dim: 2, subjects: 20, trials: 50, density: "maf", bar: 8 },
  { dim: 1, subjects: 20, trials: 50, density: "nsf", bar: 80 },
  { dim: 1, subjects: 20, trials: 500, density: "nsf", bar: 80 },
] as const;
type Case = (typeof CASES)[number];

const { values: flags } = parseArgs({
  options: { peer: { type: "string" }, simulations: { type: "string", default: "10000" } },
});

const names = (prefix: string, dim: number): string[] => Array.from({ length: dim }, (_, k) => `${prefix}${k + 1}`);

function gaussianSimulator(dim: number): Simulator {
  return {
    parameters: names("theta", dim),
    columns: names("x", dim).map((name) => ({ name, kind: "continuous" })),
    simulate(rng, theta, out) {
      for (let k = 0; k < dim; k++) out[k] = theta[k] + NOISE * standardNormal(rng);
    },
  };
}

interface Learned {
  readonly estimator: Estimator;
  readonly seconds: number;
  /** Exact minus learned mean log-density of 20,000 fresh pairs, in nats. */
  readonly gap: number;
}

async function learn(dim: number): Promise<Learned> {
  const simulator = gaussianSimulator(dim);
  const prior = Object.fromEntries(simulator.parameters.map((name) => [name, normal(0, PRIOR_SD)]));
  const simulations = await simulate({ simulator, prior, count: Number(flags.simulations), seed: 1 });
  const start = performance.now();
  const estimator = await train(nle(), simulations, { seed: 1 });
  const seconds = (performance.now() - start) / 1000;
  const fresh = await simulate({ simulator, prior, count: 20_000, seed: 2 });
  const learnedTerms = estimator.logProb(fresh.x, fresh.theta);
  let gap = 0;
  for (let i = 0; i < fresh.x.length; i++) gap += normal(fresh.theta[i], NOISE).logProb(fresh.x[i]) / fresh.count;
  return { estimator, seconds, gap: gap - learnedTerms.reduce((sum, term) => sum + term / fresh.count, 0) };
}

/** Nanoseconds a gradient with `trials` trials a subject, all distinct or every second one repeated. */
function gradientTime(estimator: Estimator, { dim, subjects }: Case, trials: number, repeats = 1): number {
  const rng = rngFromSeed(3);
  const count = subjects * trials * repeats;
  const subject = Int32Array.from({ length: count }, (_, i) => i % subjects);
  const columns = names("x", dim).map((name) => {
    const drawn = Float64Array.from({ length: subjects * trials }, () => standardNormal(rng));
    return [name, Float64Array.from({ length: count }, (_, i) => drawn[i % drawn.length])] as const;
  });
  const hierarchy = model("hierarchy", ({ sample, plate, observe }) => {
    const parts = names("theta", dim).map((name) => {
      const mu = sample(`mu_${name}`, normal(0, 1));
      const variance = sample(`variance_${name}`, inverseGamma(1, 1));
      const theta = plate("subject", subjects, () => sample(name, normal(mu, variance.sqrt())));
      return [name, theta.at(subject)] as const;
    });
    observe("x", learned(estimator, Object.fromEntries(parts)), Object.fromEntries(columns));
  });
  const { model: compiled, likelihoods } = compile(hierarchy, {});
  return nanosecondsPerGradient(linkModel(compiled, likelihoods));
}

interface PeerResult {
  readonly milliseconds: number;
  readonly trainSeconds: number;
  readonly gap: number;
}

function runPeer(python: string, { dim, subjects, trials, density }: Case): PeerResult {
  const options = Object.entries({ dim, subjects, trials, density, simulations: flags.simulations });
  const script = [
    "bench/peers/hierarchical_sbi_pyro.py",
    ...options.flatMap(([name, value]) => [`--${name}`, `${value}`]),
  ];
  const { stdout, status } = spawnSync(python, script, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" },
  });
  if (status !== 0) throw new Error(`sbi + Pyro ended with status ${status}`);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores (one is used at a time), load ${loadavg()[0]?.toFixed(1)}; Node ${process.version}; ` +
    `${flags.simulations} simulations, one training seed`,
);
const learnedBy = new Map<number, Learned>();
for (const { dim } of CASES) if (!learnedBy.has(dim)) learnedBy.set(dim, await learn(dim));
const rows = CASES.map((each) => {
  const own = learnedBy.get(each.dim);
  if (own === undefined) throw new Error("nothing was learned");
  const nanoseconds = gradientTime(own.estimator, each, each.trials);
  const more = gradientTime(own.estimator, each, 2 * each.trials);
  const repeated = gradientTime(own.estimator, each, each.trials, 2);
  const numTrials = each.subjects * each.trials;
  const peer = flags.peer === undefined ? undefined : runPeer(flags.peer, each);
  return [
    `${each.dim}-D, ${each.subjects} × ${each.trials}`,
    (nanoseconds / 1e6).toFixed(3),
    ((more - nanoseconds) / numTrials).toFixed(0),
    ((repeated - nanoseconds) / numTrials).toFixed(0),
    own.gap.toFixed(4),
    own.seconds.toFixed(1),
    ...(peer === undefined
      ? []
      : [
          `${each.density} ${peer.milliseconds.toFixed(2)}`,
          peer.gap.toFixed(4),
          peer.trainSeconds.toFixed(1),
          `${((peer.milliseconds * 1e6) / nanoseconds).toFixed(1)}× (bar ${each.bar})`,
        ]),
  ];
});
const peerColumns = flags.peer === undefined ? [] : ["sbi + Pyro: ms", "gap", "train s", "ratio of gradients"];
console.log(
  formatTable(["", "ms a gradient", "ns a further trial", "ns a repeated one", "gap", "train s", ...peerColumns], rows),
);
