/**
 * The hierarchical Gaussian of sbi's tests: mu ~ N(0, 1), variance tau ~ InvGamma(1, 1), theta_s ~ N(mu, √tau),
 * x ~ N(theta_s, .5), with 1, 2 and 20 subjects × 1, 3 and 50 trials. NUTS with a likelihood (or a ratio) that was learned
 * from 50,000 simulations under theta ~ N(0, 3), against NUTS with the exact likelihood in the same model: differences of
 * posterior means in posterior standard deviations (rms over mu, log tau and thetas), ratios of standard deviations. Each
 * seed has its own training and its own data (theta_s ~ N(mu, 1)).
 * `npm run bench:hierarchical-gaussian -- --method nle|nre [--seeds 5 --simulations 50000 --subjects 1,2,20 --trials 1,3,50]`
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Likelihood, type Rng, rngFromSeed } from "@poolish/core";
import { type Fit, infer } from "@poolish/inference";
import { standardNormal } from "@poolish/math";
import { inverseGamma, learned, model, normal } from "@poolish/ppl";
import { nle, nre, type Simulator, simulate, train } from "@poolish/sbi";

const { values: options } = parseArgs({
  options: {
    method: { type: "string", default: "nle" },
    seeds: { type: "string", default: "5" },
    simulations: { type: "string", default: "50000" },
    subjects: { type: "string", default: "1,2,20" },
    trials: { type: "string", default: "1,3,50" },
    draws: { type: "string", default: "2000" },
  },
});
const NOISE = 0.5;
/** Bars: rms of means (at up to 3 trials, at 50), in posterior sd; relative deviation of sds. */
const BARS: Readonly<Record<string, { readonly few: number; readonly many: number; readonly sd: number }>> = {
  nle: { few: 0.1, many: 0.2, sd: 0.1 },
  nre: { few: 0.3, many: 0.3, sd: 0.2 },
};
const bar = BARS[options.method];
if (bar === undefined) throw new Error(`there is no method ${options.method}: pass nle or nre`);

const simulator: Simulator = {
  parameters: ["theta"],
  columns: [{ name: "x", kind: "continuous" }],
  simulate(rng, theta, out) {
    out[0] = theta[0] + NOISE * standardNormal(rng);
  },
};

interface Data {
  readonly x: Float64Array;
  readonly subject: Int32Array;
  readonly numSubjects: number;
}

function simulateData(rng: Rng, numSubjects: number, numTrials: number): Data {
  const mu = standardNormal(rng);
  const thetas = Array.from({ length: numSubjects }, () => mu + standardNormal(rng));
  const subject = Int32Array.from({ length: numSubjects * numTrials }, (_, i) => Math.floor(i / numTrials));
  return { subject, numSubjects, x: Float64Array.from(subject, (s) => thetas[s] + NOISE * standardNormal(rng)) };
}

/** With the learned likelihood, or else with the exact one. */
function hierarchy(likelihood?: Likelihood) {
  return model("gaussian", ({ sample, plate, observe }, { x, subject, numSubjects }: Data) => {
    const mu = sample("mu", normal(0, 1));
    const tau = sample("tau", inverseGamma(1, 1));
    const theta = plate("subject", numSubjects, () => sample("theta", normal(mu, tau.sqrt())));
    const own = theta.at(subject);
    if (likelihood === undefined) observe("x", normal(own, NOISE), x);
    else observe("x", learned(likelihood, { theta: own }), { x });
  });
}

interface Moments {
  readonly mean: number;
  readonly sd: number;
}

function momentsOf(fit: Fit): Moments[] {
  const { names, columns } = fit.draws(["mu", "tau", "theta"]);
  return names.map((name) => {
    const values = name === "tau" ? columns[name].map(Math.log) : columns[name];
    const mean = values.reduce((sum, value) => sum + value / values.length, 0);
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / (values.length - 1), 0);
    return { mean, sd: Math.sqrt(variance) };
  });
}

async function fitMoments(data: Data, seed: number, likelihood?: Likelihood): Promise<Moments[]> {
  const draws = Number(options.draws);
  const settings = { method: "nuts", chains: 4, warmup: 500, draws, seed, workers: 1, targetAcceptance: 0.95 } as const;
  return momentsOf(await infer(hierarchy(likelihood), data, settings));
}

interface Difference {
  /** (learned − exact) / exact sd, for each quantity. */
  readonly shifts: readonly number[];
  readonly ratios: readonly number[];
}

async function compare(likelihood: Likelihood, data: Data, seed: number): Promise<Difference> {
  const exact = await fitMoments(data, 2 * seed);
  const found = await fitMoments(data, 2 * seed + 1, likelihood);
  return {
    shifts: found.map(({ mean }, k) => (mean - exact[k].mean) / exact[k].sd),
    ratios: found.map(({ sd }, k) => sd / exact[k].sd),
  };
}

async function learn(seed: number): Promise<Likelihood> {
  const count = Number(options.simulations);
  const simulations = await simulate({ simulator, prior: { theta: normal(0, 3) }, count, seed });
  return options.method === "nle" ? train(nle(), simulations, { seed }) : train(nre(), simulations, { seed });
}

const numSeeds = Number(options.seeds);
const sizes = options.subjects
  .split(",")
  .flatMap((subjects) => options.trials.split(",").map((trials) => [Number(subjects), Number(trials)] as const));
const differences = new Map<string, Difference[]>(sizes.map((size) => [size.join(" × "), []]));
console.log(
  `${options.method}, ${options.simulations} simulations, ${numSeeds} seeds; ${cpus().length} cores, one used`,
);
for (let seed = 1; seed <= numSeeds; seed++) {
  const start = performance.now();
  const likelihood = await learn(seed);
  const seconds = (performance.now() - start) / 1000;
  console.log(`seed ${seed}: simulated and trained in ${seconds.toFixed(1)} s`);
  for (const [k, [numSubjects, numTrials]] of sizes.entries()) {
    const data = simulateData(rngFromSeed(seed).foldIn(k), numSubjects, numTrials);
    const difference = await compare(likelihood, data, seed * sizes.length + k);
    differences.get([numSubjects, numTrials].join(" × "))?.push(difference);
    const [mu, tau] = difference.shifts;
    const thetas = difference.shifts.slice(2);
    console.log(
      `  ${numSubjects} × ${numTrials}: mu ${mu.toFixed(3)}, log tau ${tau.toFixed(3)}, thetas rms ${rms(thetas).toFixed(3)}; ` +
        `sds ${Math.min(...difference.ratios).toFixed(3)}–${Math.max(...difference.ratios).toFixed(3)}`,
    );
  }
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value * value) / values.length, 0));
}

for (const [k, [numSubjects, numTrials]] of sizes.entries()) {
  const own = differences.get([numSubjects, numTrials].join(" × ")) ?? [];
  const shift = rms(own.flatMap(({ shifts }) => shifts));
  const ratio = rms(own.flatMap(({ ratios }) => ratios));
  const limit = numTrials >= 50 ? bar.many : bar.few;
  const isMet = shift <= limit && Math.abs(ratio - 1) <= bar.sd;
  if (k === 0) console.log("subjects × trials: rms of means in sd (bar), rms ratio of sds (bar)");
  console.log(
    `${numSubjects} × ${numTrials}: ${shift.toFixed(3)} (${limit}), ${ratio.toFixed(3)} (1 ± ${bar.sd})${isMet ? "" : "  MISSED"}`,
  );
}
