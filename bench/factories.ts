/**
 * The cookie factories over training seeds, against the exact posterior: `npm run bench:factories [-- --seeds 10]
 * [--peer PYTHON]`. PYTHON is an interpreter with the packages of bench/peers/requirements.txt; it then does the same
 * job by sbi + Pyro in the same run, on one thread.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { infer } from "@poolish/inference";
import { factorize, numericColumn } from "@poolish/io";
import { readTable } from "@poolish/io/node";
import { nle, train } from "@poolish/sbi";
import { formatTable } from "../examples/factories/comparisonTable.ts";
import { exactMoments, exactPosterior } from "../examples/factories/exactPosterior.ts";
import { factories, simulateCookies } from "../examples/factories/factories.ts";

const DATA = "examples/factories/data/cookie_chips_data.csv";
const { values: flags } = parseArgs({
  options: {
    seeds: { type: "string", default: "10" },
    workers: { type: "string", default: "1" },
    peer: { type: "string" },
  },
});

interface SeedResult {
  readonly seed: number;
  readonly trainSeconds: number;
  readonly inferSeconds: number;
  readonly numGradients: number;
  readonly divergences: number;
  readonly smallestEss: number;
  readonly largestRHat: number;
  /** (mean - exact mean) / exact sd, and sd / exact sd, of each parameter. */
  readonly errors: readonly number[];
  readonly sdRatios: readonly number[];
}

const table = await readTable(DATA);
const { codes, levels } = factorize(numericColumn(table, "location"));
const data = { chips: numericColumn(table, "chips"), location: codes };
const exact = exactMoments(exactPosterior(data, levels.length), levels);

/** Simulations, training and sampling all use the seed: nothing is shared between repeats. */
async function runSeed(seed: number): Promise<SeedResult> {
  const start = performance.now();
  const simulations = await simulateCookies({ seed });
  const chips = await train(nle(), simulations, { seed });
  const trained = performance.now();
  const fit = await infer(factories(chips, levels), data, { seed, workers: Number(flags.workers) });
  const inferred = performance.now();
  const summary = fit.summary();
  const truth = (name: string) => exact.get(name) ?? { mean: Number.NaN, sd: Number.NaN };
  const { divergences, numGradients } = fit.diagnostics();
  return {
    seed,
    trainSeconds: (trained - start) / 1000,
    inferSeconds: (inferred - trained) / 1000,
    numGradients,
    divergences,
    smallestEss: Math.min(...summary.map(({ essBulk }) => essBulk)),
    largestRHat: Math.max(...summary.map(({ rHat }) => rHat)),
    errors: summary.map(({ name, mean }) => (mean - truth(name).mean) / truth(name).sd),
    sdRatios: summary.map(({ name, sd }) => sd / truth(name).sd),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function report(results: readonly SeedResult[]): void {
  const names = [...exact.keys()];
  const rms = names.map((_, p) => Math.sqrt(mean(results.map(({ errors }) => errors[p] ** 2))));
  const worst = names.map((_, p) => Math.max(...results.map(({ errors }) => Math.abs(errors[p]))));
  const ratios = results.flatMap(({ sdRatios }) => sdRatios);
  console.log(
    formatTable(
      ["", "rms error / sd", "worst error / sd"],
      names.map((name, p) => [name, rms[p].toFixed(3), worst[p].toFixed(3)]),
    ),
  );
  const draws = results.length * 4000;
  const divergences = results.reduce((sum, each) => sum + each.divergences, 0);
  const ess = mean(results.map(({ smallestEss, inferSeconds }) => smallestEss / inferSeconds));
  const gradient = mean(results.map(({ inferSeconds, numGradients }) => (1e6 * inferSeconds) / numGradients));
  console.log(`sd ratios ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`);
  console.log(`largest R-hat ${Math.max(...results.map(({ largestRHat }) => largestRHat)).toFixed(4)}`);
  console.log(`divergences ${divergences} of ${draws} draws (${((100 * divergences) / draws).toFixed(3)} %)`);
  console.log(
    `mean of ${results.length} seeds: simulate + train ${mean(results.map((each) => each.trainSeconds)).toFixed(2)} s, ` +
      `4 chains x (1000 + 1000) ${mean(results.map((each) => each.inferSeconds)).toFixed(2)} s on ${flags.workers} core(s), ` +
      `${gradient.toFixed(1)} µs a gradient with all of NUTS, smallest bulk ESS a second ${ess.toFixed(0)} (warm-up counted)`,
  );
}

/** What bench/peers/factories_sbi_pyro.py prints. */
interface PeerResult {
  readonly peer: string;
  readonly trainSeconds: number;
  readonly sampleSeconds: number;
  readonly msPerGradient: number;
  readonly essBulkPerSecond: number;
  readonly parameters: readonly { readonly name: string; readonly mean: number; readonly sd: number }[];
}

function comparePeer(python: string, results: readonly SeedResult[]): void {
  const script = ["bench/peers/factories_sbi_pyro.py", "--data", DATA, "--seed", "1", "--threads", "1"];
  const { stdout, status } = spawnSync(python, script, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error(`the peer ended with status ${status}`);
  // sbi writes its own progress to the same stream, without a line break at the end.
  const peer = JSON.parse(stdout.slice(stdout.lastIndexOf('{"peer"'))) as PeerResult;
  const errors = peer.parameters.map(({ name, mean: value }) => {
    const truth = exact.get(name);
    return truth === undefined ? Number.NaN : Math.abs(value - truth.mean) / truth.sd;
  });
  const training = mean(results.map((each) => each.trainSeconds));
  const ess = mean(results.map(({ smallestEss, inferSeconds }) => smallestEss / inferSeconds));
  console.log(
    `${peer.peer}, 1 thread: train ${peer.trainSeconds.toFixed(1)} s, 1 chain x (1000 + 2000) ${peer.sampleSeconds.toFixed(1)} s, ` +
      `${peer.msPerGradient.toFixed(2)} ms a gradient, smallest ESS a second ${peer.essBulkPerSecond.toFixed(1)}, ` +
      `worst error ${Math.max(...errors).toFixed(3)} sd`,
  );
  console.log(
    `ratios, theirs to ours: training ${(peer.trainSeconds / training).toFixed(1)}x, ` +
      `effective draws a second ${(ess / peer.essBulkPerSecond).toFixed(0)}x (warm-up counted on both sides)`,
  );
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores; Node ${process.version}`);
const results: SeedResult[] = [];
for (let seed = 1; seed <= Number(flags.seeds); seed++) {
  const result = await runSeed(seed);
  results.push(result);
  const errors = result.errors.map((error) => error.toFixed(3)).join(" ");
  console.log(
    `seed ${seed}: errors ${errors}; train ${result.trainSeconds.toFixed(1)} s, infer ${result.inferSeconds.toFixed(1)} s`,
  );
}
report(results);
if (flags.peer !== undefined) comparePeer(flags.peer, results);
