/**
 * The mixed toy of sbi's tests: β ~ Gamma(1, .5), ρ ~ Beta(2, 2); a response time ~ InverseGamma(1, β) and a choice ~
 * Bernoulli(ρ), whose posterior is conjugate. Over seeds of training and data: the held-out gap of `nle()` to the exact
 * log-density, and the posterior means of 50 trials at (1.5, .6) against the exact ones, in exact standard deviations.
 * `npm run bench:mixed-toy [-- --first 1 --seeds 10 --simulations 4000 --trials 50]`
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { rngFromSeed } from "@poolish/core";
import { posterior } from "@poolish/inference";
import {
  bernoulli,
  beta,
  type Estimator,
  gamma,
  inverseGamma,
  nle,
  type Simulator,
  simulate,
  train,
} from "@poolish/sbi";

const { values: options } = parseArgs({
  options: {
    first: { type: "string", default: "1" },
    seeds: { type: "string", default: "10" },
    simulations: { type: "string", default: "4000" },
    trials: { type: "string", default: "50" },
  },
});
const numTrials = Number(options.trials);
const FRESH = 50_000;
const TRUTH = [1.5, 0.6];
const simulator: Simulator = {
  parameters: ["beta", "rho"],
  columns: [
    { name: "rt", kind: "continuous", bounds: { lower: 0 } },
    { name: "choice", kind: "category" },
  ],
  simulate(rng, theta, out) {
    out[0] = inverseGamma(1, theta[0]).sample(rng);
    out[1] = bernoulli(theta[1]).sample(rng);
  },
};
const prior = { beta: gamma(1, 0.5), rho: beta(2, 2) };

/** Errors of the posterior means of β and ρ, in exact standard deviations. */
type Errors = readonly [beta: number, rho: number];

/** Mean and standard deviation of β ~ Gamma(1 + n, .5 + Σ 1/rt) and of ρ ~ Beta(2 + k, 2 + n − k). */
function exactMoments(rt: Float64Array, choice: Float64Array) {
  const shape = 1 + rt.length;
  const rate = rt.reduce((sum, time) => sum + 1 / time, 0.5);
  const a = 2 + choice.reduce((sum, each) => sum + each, 0);
  const total = 4 + rt.length;
  return [
    { mean: shape / rate, sd: Math.sqrt(shape) / rate },
    { mean: a / total, sd: Math.sqrt((a * (total - a)) / (total * total * (total + 1))) },
  ];
}

async function runSeed(seed: number): Promise<{ readonly gap: number; readonly errors: Errors }> {
  const simulations = await simulate({ simulator, prior, count: Number(options.simulations), seed });
  const likelihood = await train(nle(), simulations, { seed });
  const fresh = await simulate({ simulator, prior, count: FRESH, seed: 1_000_000 + seed });
  const learned = likelihood.logProb(fresh.x, fresh.theta);
  let gap = 0;
  for (let i = 0; i < FRESH; i++) {
    const [time, choice] = fresh.x.subarray(2 * i, 2 * i + 2);
    const [scale, chance] = fresh.theta.subarray(2 * i, 2 * i + 2);
    const exact = inverseGamma(1, scale).logProb(time) + bernoulli(chance).logProb(choice);
    gap += (exact - learned[i]) / FRESH;
  }
  return { gap, errors: await posteriorErrors(likelihood, seed) };
}

async function posteriorErrors(likelihood: Estimator, seed: number): Promise<Errors> {
  const rng = rngFromSeed(2_000_000 + seed);
  const out = new Float64Array(2);
  const trials = Array.from({ length: numTrials }, (_, i) => {
    simulator.simulate(rng.foldIn(i), Float64Array.from(TRUTH), out, new Float64Array(0));
    return [...out];
  });
  const [rt, choice] = [0, 1].map((column) => Float64Array.from(trials, (trial) => trial[column]));
  const { fit } = await posterior({ likelihood, prior, x: { rt, choice } }, { seed, warmup: 500, draws: 2000 });
  const moments = exactMoments(rt, choice);
  const means = new Map(fit.summary().map(({ name, mean }) => [name, mean]));
  const [b, r] = simulator.parameters.map(
    (name, p) => ((means.get(name) ?? Number.NaN) - moments[p].mean) / moments[p].sd,
  );
  return [b, r];
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}; ${options.simulations} simulations, ${options.trials} trials`,
);
const results: Awaited<ReturnType<typeof runSeed>>[] = [];
const first = Number(options.first);
for (let seed = first; seed < first + Number(options.seeds); seed++) {
  const result = await runSeed(seed);
  results.push(result);
  const [b, r] = result.errors.map((error) => error.toFixed(3));
  console.log(`seed ${seed}: gap ${result.gap.toFixed(4)} nats; errors of means: beta ${b}, rho ${r} sd`);
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);
console.log(`gap: mean ${mean(results.map(({ gap }) => gap)).toFixed(4)} nats (bar .03; sbi's MNLE .039)`);
["beta", "rho"].forEach((name, p) => {
  const errors = results.map((result) => result.errors[p]);
  const rms = Math.sqrt(mean(errors.map((error) => error * error)));
  console.log(`${name}: mean signed error ${mean(errors).toFixed(3)} sd (bar .1), rms ${rms.toFixed(3)} sd (bar .25)`);
});
