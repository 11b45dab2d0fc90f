/**
 * A vector field as the likelihood of a hierarchical Gaussian, ten groups of one trial: μ ~ N(0, 1), τ fixed at 1,
 * θ_j ~ N(μ, τ), x_j ~ N(θ_j, 0.5): all posteriors are Gaussian and known.
 */
import { type Rng, rngFromSeed } from "@poolish/core";
import { infer } from "@poolish/inference";
import { standardNormal } from "@poolish/math";
import { learned, model, normal as normalNode } from "@poolish/ppl";
import { distil, type Estimator, normal, simulate, train, vectorField } from "@poolish/sbi";

const NOISE = 0.5;
const GROUPS = 10;

const simulator = {
  name: "noisy",
  parameters: ["theta"],
  columns: [{ name: "x", kind: "continuous" }] as const,
  simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
    out[0] = theta[0] + NOISE * standardNormal(rng);
  },
};

/** Mean and standard deviation of μ, then of each θ_j. */
interface Exact {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

function exactPosterior(x: Float64Array): Exact {
  const spread = 1 + NOISE ** 2;
  const muPrecision = 1 + x.length / spread;
  const mu = x.reduce((sum, value) => sum + value / spread, 0) / muPrecision;
  const share = 1 / spread;
  const own = share * NOISE ** 2;
  // θ_j | μ, x_j ~ N(share·x_j + (1 − share)·μ, own).
  const deviation = Math.sqrt(own + (1 - share) ** 2 / muPrecision);
  return {
    mean: Float64Array.of(mu, ...x.map((value) => share * value + (1 - share) * mu)),
    deviation: Float64Array.of(1 / Math.sqrt(muPrecision), ...x.map(() => deviation)),
  };
}

const groups = model(
  "groups",
  ({ sample, plate, observe }, { likelihood, x }: { likelihood: Estimator; x: Float64Array }) => {
    const mu = sample("mu", normalNode(0, 1));
    const theta = plate("group", GROUPS, () => sample("theta", normalNode(mu, 1)));
    observe("x", learned(likelihood, { theta }), { x });
  },
);

interface Judged {
  /** Root mean square over μ and the groups, in posterior standard deviations. */
  readonly shifts: readonly number[];
  readonly seconds: number;
}

async function judge(likelihood: Estimator, x: Float64Array, seed: number): Promise<Judged> {
  const exact = exactPosterior(x);
  const start = performance.now();
  const fit = await infer(groups, { likelihood, x }, { method: "nuts", chains: 2, warmup: 300, draws: 700, seed });
  const seconds = (performance.now() - start) / 1000;
  const means = fit.summary().map(({ mean }) => mean);
  return { shifts: means.map((mean, i) => (mean - exact.mean[i]) / exact.deviation[i]), seconds };
}

export async function benchLikelihood(numSeeds: number, numSimulations: number): Promise<void> {
  const all: { field: Judged; fast: Judged }[] = [];
  for (let seed = 1; seed <= numSeeds; seed++) {
    const rng = rngFromSeed(1000 + seed);
    const mu = standardNormal(rng);
    const x = Float64Array.from({ length: GROUPS }, () => mu + standardNormal(rng) + NOISE * standardNormal(rng));
    const prior = { theta: normal(0, 2) };
    const simulations = await simulate({ simulator, prior, count: numSimulations, seed });
    const likelihood = await train(vectorField({ target: "likelihood" }), simulations, { seed });
    const fast = await distil(likelihood, simulations, { seed });
    const judged = { field: await judge(likelihood, x, seed), fast: await judge(fast.estimator, x, seed) };
    all.push(judged);
    console.log(
      `seed ${seed}: field rms ${rms(judged.field.shifts).toFixed(3)} sd in ${judged.field.seconds.toFixed(1)} s; distilled ` +
        `${rms(judged.fast.shifts).toFixed(3)} sd in ${judged.fast.seconds.toFixed(1)} s, gap ${fast.gap.toFixed(4)} ± ${fast.standardError.toFixed(4)} nats`,
    );
  }
  const field = rms(all.flatMap((each) => each.field.shifts));
  const fast = rms(all.flatMap((each) => each.fast.shifts));
  const between = rms(all.flatMap((each) => each.fast.shifts.map((shift, i) => shift - each.field.shifts[i])));
  const time = (of: "field" | "fast"): number => all.reduce((sum, each) => sum + each[of].seconds, 0);
  console.log(
    `${numSeeds} seeds: field ${field.toFixed(3)} sd, distilled ${fast.toFixed(3)} sd (from the field ${between.toFixed(3)} sd), ` +
      `in ${(time("fast") / time("field")).toFixed(3)} of the time`,
  );
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value * value) / values.length, 0));
}
