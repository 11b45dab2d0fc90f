// WebPPL programs on one core: what a gradient costs with a tape and without, and effective draws a second of NUTS on
// eight schools against WebPPL's own HMC at the best of the settings below. Run: npm run bench:webppl
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
const HMC_SETTINGS: readonly (readonly [steps: number, stepSize: number])[] = [
  [10, 0.3],
  [8, 0.4],
  [6, 0.5],
  [5, 0.6],
  [4, 0.7],
  [10, 0.5],
];
const NUM_DRAWS = 6000;

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

/** The smallest bulk ESS of mu, tau and the first effect, by the second of processor time that Infer takes, warm-up included. */
function measure(options: string, numChains: number): { readonly perSecond: number; readonly text: string } {
  const code = `
    var start = clock.now();
    var marginal = Infer({ ${options}, model: ${EIGHT_SCHOOLS} });
    var seconds = (clock.now() - start) / 1000;
    ({ marginal: marginal, seconds: seconds })`;
  const { marginal, seconds } = runProgram(code, globals) as TimedMarginal;
  const draws = marginal.samples.map(({ value }) => value as Draw);
  const length = draws.length / numChains;
  const summaries = [({ mu }: Draw) => mu, ({ tau }: Draw) => tau, ({ theta }: Draw) => theta[0]].map((read) =>
    summarize(
      Array.from({ length: numChains }, (_, chain) =>
        Float64Array.from(draws.slice(chain * length, (chain + 1) * length), read),
      ),
    ),
  );
  const ess = Math.min(...summaries.map(({ essBulk }) => essBulk));
  const means = summaries.map(({ mean }) => mean.toFixed(2)).join(", ");
  const perSecond = ess / seconds;
  return {
    perSecond,
    text: `${perSecond.toFixed(0)} effective draws a second of one core (ESS ${ess.toFixed(0)} in ${seconds.toFixed(2)} s; means of mu, tau, theta[1]: ${means})`,
  };
}

// Once for the compiler of JavaScript, then for the clock.
measure("method: 'NUTS', chains: 4, samples: 1000, burn: 500", 4);
const nuts = measure(`method: 'NUTS', chains: 1, samples: ${2 * NUM_DRAWS}, burn: 500, seed: 1`, 2);
console.log(`NUTS: ${nuts.text}`);
let best = 0;
for (const [steps, stepSize] of HMC_SETTINGS) {
  const kernel = `{ HMC: { steps: ${steps}, stepSize: ${stepSize} } }`;
  const hmc = measure(`method: 'MCMC', kernel: ${kernel}, samples: ${NUM_DRAWS}, burn: 500`, 2);
  console.log(`HMC, ${steps} steps of ${stepSize}: ${hmc.text}`);
  best = Math.max(best, hmc.perSecond);
}
console.log(`NUTS over the best HMC: ${(nuts.perSecond / best).toFixed(1)}`);
