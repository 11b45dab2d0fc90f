/**
 * Twenty experiments of ten subjects × 200 trials, fitted through an imported network by one formula: how often the truth lies within
 * its 90 % interval. npm run bench:lan-coverage [-- experiments] [first seed] [small] [normalise]; "small" takes LANfactory's small network,
 * "normalise" divides by its mass.
 */
import { infer } from "@poolish/inference";
import { angleNetwork, driftModel, runExperiment, smallNetwork } from "../examples/diffusion/diffusion.ts";
import { truths } from "../examples/diffusion/truths.ts";

const [numExperiments = 20, first = 1] = process.argv.slice(2).map(Number).filter(Number.isFinite);
const options = { normalise: process.argv.includes("normalise") };
const network = process.argv.includes("small") ? smallNetwork(options) : angleNetwork(options);
const SHARED = ["v_Intercept", "a_Intercept", "t_Intercept", "z", "theta"] as const;
/** Quantiles of few effective draws are too narrow: of 50, the interval holds 86 % instead of 90; these give about 400. */
const SAMPLING = { chains: 1, warmup: 300, draws: 600, workers: 1 };
/** Of subjects, in each experiment: they share z, theta and the population, and are not independent. */
const ofSubjects: number[] = [];
const numPerExperiment = 30;
const counts = new Map<string, { inside: number; total: number; errors: number; squares: number }>();

/** Shared parameters and those of subjects within their intervals, of all experiments up to now. */
function soFar(): string {
  const sums = [0, 0, 0, 0];
  for (const [kind, { inside, total }] of counts) {
    const at = kind.includes("subject") ? 2 : 0;
    sums[at] += inside;
    sums[at + 1] += total;
  }
  return `${sums[0]} of ${sums[1]} shared, ${sums[2]} of ${sums[3]} of subjects`;
}

for (let seed = first; seed < first + numExperiments; seed++) {
  const start = performance.now();
  const experiment = runExperiment(seed);
  const model = driftModel(network, experiment.trials);
  const fit = await infer(model, experiment.trials, { seed, ...SAMPLING });
  const truth = truths(experiment);
  const missed: string[] = [];
  let subjectsInside = 0;
  for (const { name, mean, sd, q5, q95 } of fit.summary()) {
    const value = truth.get(name);
    if (value === undefined) continue;
    const kind = (SHARED as readonly string[]).includes(name) ? name : `${name[0]} of a subject`;
    const count = counts.get(kind) ?? { inside: 0, total: 0, errors: 0, squares: 0 };
    const isInside = value >= q5 && value <= q95;
    counts.set(kind, {
      inside: count.inside + Number(isInside),
      total: count.total + 1,
      errors: count.errors + (mean - value) / sd,
      squares: count.squares + ((mean - value) / sd) ** 2,
    });
    if (name.includes("[")) subjectsInside += Number(isInside);
    else if (!isInside) missed.push(name);
  }
  ofSubjects.push(subjectsInside);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `experiment ${seed}: ${seconds} s, ${fit.diagnostics().divergences} divergences, missed ${missed.join(", ") || "none"}; so far ${soFar()}`,
  );
}

console.log("\nshare of true values within their 90 % interval; mean and root mean square error in posterior sds");
const total = { inside: 0, total: 0 };
for (const [kind, { inside, total: all, errors, squares }] of counts) {
  console.log(
    `${kind.padEnd(16)} ${inside} of ${all} (${((100 * inside) / all).toFixed(0)} %), ${(errors / all).toFixed(2)}, ${Math.sqrt(squares / all).toFixed(2)}`,
  );
  if (kind.includes("subject")) continue;
  total.inside += inside;
  total.total += all;
}
const error = Math.sqrt((0.9 * 0.1) / total.total);
console.log(
  `shared parameters: ${((100 * total.inside) / total.total).toFixed(0)} % of ${total.total}; 90 % ± ${(200 * error).toFixed(0)} % (2 SE) if intervals are right`,
);
const mean = ofSubjects.reduce((sum, inside) => sum + inside, 0) / numExperiments;
const variance = ofSubjects.reduce((sum, inside) => sum + (inside - mean) ** 2, 0) / (numExperiments - 1);
const percent = 100 / numPerExperiment;
console.log(
  `of subjects: ${(percent * mean).toFixed(1)} % ± ${(2 * percent * Math.sqrt(variance / numExperiments)).toFixed(1)} % (2 SE, from how experiments differ)`,
);
