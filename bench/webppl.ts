// WebPPL programs on one core: what a gradient costs with a tape and without, and effective draws a second of NUTS on
// eight schools against WebPPL's own HMC at its best setting on a grid. Run: npm run bench:webppl
import { readFileSync } from "node:fs";
import { summarize } from "@poolish/mcmc";
import { type ProgramDensity, programDensity } from "../packages/webppl/src/density/programDensity.ts";
import type { Continuation, Environment, Store, WebpplFunction } from "../packages/webppl/src/host/coroutine.ts";
import type { SampleBasedMarginal } from "../packages/webppl/src/host/distribution.ts";
import { poissonLikelihood } from "../packages/webppl/test/fixtures/poissonLikelihood.ts";
import { addHeader, host, runProgram } from "../packages/webppl/test/support/webpplProgram.ts";

/** Eight schools, non-centred, with a half-Cauchy scale: the form in which WebPPL's HMC does best. */
const EIGHT_SCHOOLS = `function() {
  var mu = gaussian(0, 5);
  var tau = Math.abs(cauchy(0, 5));
  var theta = map2(function(effect, error) {
    var theta = mu + tau * gaussian(0, 1);
    observe(Gaussian({ mu: theta, sigma: error }), effect);
    return theta;
  }, [28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18]);
  return { mu: mu, tau: tau, theta: theta };
}`;
const FACTORIES = `function() {
  var mu = gamma(2, 5), sigma = exponential(1);
  return map(function(cookies) {
    var rate = gamma(mu * mu / (sigma * sigma), sigma * sigma / mu);
    observe(Learned({ likelihood: chips, theta: { rate: rate } }), cookies);
    return rate;
  }, groups);
}`;
/** Trajectories of 2 to 6 in steps up to 0.8, above which hardly any is accepted. */
const HMC_GRID: readonly (readonly [steps: number, stepSize: number])[] = [0.3, 0.45, 0.6, 0.7, 0.8].flatMap(
  (stepSize) => [2, 3, 4, 5, 6].map((length) => [Math.round(length / stepSize), stepSize] as const),
);
/** Draws with which the grid is searched, and with which the best settings are measured, once a seed. */
const NUM_SEARCHED = 2000;
const NUM_DRAWS = 12_000;
/** As many as take about as long: shorter runs of NUTS measure the engine's compiler, which is still at work on it. */
const NUM_NUTS_DRAWS = 100_000;
const NUM_FINALISTS = 3;
const SEEDS = [1, 2, 3, 4] as const;

interface Draw {
  readonly mu: number;
  readonly tau: number;
  readonly theta: readonly number[];
}

interface TimedMarginal {
  readonly seconds: number;
  readonly marginal: SampleBasedMarginal;
}

addHeader((environment: Environment) => ({
  densityOf: (store: Store, k: Continuation, address: string, model: WebpplFunction) =>
    k(store, programDensity(host, { environment, model, store, address })),
}));
/** Processor time of this process in milliseconds: other work on the machine does not count. */
const clock = { now: () => process.cpuUsage().user / 1000 };
const globals = { clock, chips: poissonLikelihood(), groups: cookieGroups() };

function cookieGroups(): number[][] {
  const url = new URL("../examples/factories/data/cookie_chips_data.csv", import.meta.url);
  const groups: number[][] = [];
  for (const line of readFileSync(url, "utf8").trim().split("\n").slice(1)) {
    const [chips, location] = line.split(",").map(Number);
    groups[location - 1] ??= [];
    groups[location - 1].push(chips);
  }
  return groups;
}

/** Microseconds a gradient, the best of five rounds: other work on the machine only ever adds. */
function gradientCost(density: ProgramDensity, count: number): number {
  const position = new Float64Array(density.dim);
  const gradient = new Float64Array(density.dim);
  const rounds = Array.from({ length: 5 }, () => {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      position[i % position.length] = 0.3 * Math.sin(i);
      density.valueAndGradient(position, gradient);
    }
    return ((performance.now() - start) * 1000) / count;
  });
  return Math.min(...rounds);
}

for (const [name, model] of Object.entries({ "eight schools": EIGHT_SCHOOLS, factories: FACTORIES })) {
  const density = runProgram(`densityOf(${model})`, globals) as ProgramDensity;
  const taped = gradientCost(density, 20_000);
  density.interpret();
  const interpreted = gradientCost(density, 2000);
  console.log(`${name}: ${taped.toFixed(1)} µs a gradient with a tape, ${interpreted.toFixed(1)} µs interpreted`);
}

/** The chains of one setting, each with its own seed, and the seconds that `Infer` took for all of them, warm-up included. */
interface Measured {
  readonly chains: (readonly Draw[])[];
  readonly seconds: number[];
}

function run(options: string, seed: number, measured: Measured): Measured {
  const code = `
    var start = clock.now();
    var marginal = Infer({ ${options}, model: ${EIGHT_SCHOOLS} });
    var seconds = (clock.now() - start) / 1000;
    ({ marginal: marginal, seconds: seconds })`;
  const { marginal, seconds } = runProgram(code, globals, String(seed)) as TimedMarginal;
  measured.chains.push(marginal.samples.map(({ value }) => value as Draw));
  measured.seconds.push(seconds);
  return measured;
}

const nothing = (): Measured => ({ chains: [], seconds: [] });
const READERS: readonly ((draw: Draw) => number)[] = [({ mu }) => mu, ({ tau }) => tau, ({ theta }) => theta[0]];

/** The smallest bulk ESS of mu, tau and the first effect in these chains, by the second. */
function perSecond({ chains, seconds }: Measured): number {
  const ess = READERS.map((read) => summarize(chains.map((draws) => Float64Array.from(draws, read))).essBulk);
  return Math.min(...ess) / seconds.reduce((sum, each) => sum + each, 0);
}

function describe(measured: Measured): string {
  const each = measured.chains.map((draws, i) => perSecond({ chains: [draws], seconds: [measured.seconds[i]] }));
  const means = READERS.map((read) => summarize(measured.chains.map((draws) => Float64Array.from(draws, read))).mean);
  const seconds = measured.seconds.reduce((sum, each) => sum + each, 0);
  return `${perSecond(measured).toFixed(0)} effective draws a second, ${seconds.toFixed(1)} s (by seed ${each.map((value) => value.toFixed(0)).join(", ")}; means of mu, tau, theta[1]: ${means.map((mean) => mean.toFixed(2)).join(", ")})`;
}

const hmcOptions = ([steps, stepSize]: readonly [number, number], samples: number) =>
  `method: 'MCMC', kernel: { HMC: { steps: ${steps}, stepSize: ${stepSize} } }, samples: ${samples}, burn: 500`;
const nameOf = ([steps, stepSize]: readonly [number, number]) => `${steps} steps of ${stepSize}`;

// Once for the compiler of JavaScript, then for the clock.
const first = run("method: 'NUTS', chains: 4, samples: 1000, burn: 500", 1, nothing());
console.log(`NUTS, 4 chains of 1000 + 500, the first call of the process: ${describe(first)}`);
run(hmcOptions([4, 0.7], 1000), 1, nothing());
const searched = HMC_GRID.map((setting) => {
  const value = perSecond(run(hmcOptions(setting, NUM_SEARCHED), 9, nothing()));
  return { setting, value };
}).sort((a, b) => b.value - a.value);
console.log(`HMC, effective draws a second of one core, ${NUM_SEARCHED} draws each:`);
console.log(searched.map(({ setting, value }) => `  ${nameOf(setting)}: ${value.toFixed(0)}`).join("\n"));

// In turns, so that a slow moment of the machine is everybody's.
const nuts = nothing();
const finalists = searched.slice(0, NUM_FINALISTS).map(({ setting }) => ({ setting, measured: nothing() }));
for (const seed of SEEDS) {
  run(`method: 'NUTS', chains: 1, samples: ${NUM_NUTS_DRAWS}, burn: 500, seed: ${seed}`, seed, nuts);
  for (const { setting, measured } of finalists) run(hmcOptions(setting, NUM_DRAWS), seed, measured);
}
console.log(`NUTS: ${describe(nuts)}`);
for (const { setting, measured } of finalists) console.log(`HMC, ${nameOf(setting)}: ${describe(measured)}`);
const [best] = [...finalists].sort((a, b) => perSecond(b.measured) - perSecond(a.measured));
const ratios = SEEDS.map((_, i) => {
  const ofSeed = ({ chains, seconds }: Measured) => perSecond({ chains: [chains[i]], seconds: [seconds[i]] });
  return ofSeed(nuts) / ofSeed(best.measured);
});
const ratio = perSecond(nuts) / perSecond(best.measured);
console.log(
  `NUTS over the best HMC, ${nameOf(best.setting)}: ${ratio.toFixed(1)} (by seed ${ratios.map((value) => value.toFixed(1)).join(", ")})`,
);
