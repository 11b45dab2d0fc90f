/**
 * Two moons in a hierarchy (Charles et al. 2026, arXiv:2604.20723): loc ~ U(−1, 1)², scale ~ HalfNormal(.5)², θ of each of
 * two sites ~ truncated normal(loc, scale) on (−1, 1)², one observation a site. SMC with a likelihood that was learned from
 * simulations over the box, against SMC with the exact one: C2ST of the hyper-parameters and of each site, beside the floor
 * of the exact one against itself. `npm run bench:hierarchical-two-moons [-- --simulations 100000 --particles 10000 --mode exact]`
 *
 * `--refine 5000` trains on so many, simulates as many again where that posterior lives (`refine`), and prints both beside
 * what `--simulations` give in one round.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type C2stMode, c2st } from "@poolish/checks";
import type { BoundLikelihood, Likelihood } from "@poolish/core";
import { type Fit, infer } from "@poolish/inference";
import { halfNormal, learned, model, normal, truncated, uniform } from "@poolish/ppl";
import { nle, refine, simulate, train } from "@poolish/sbi";
import { sbibmSimulator, sbibmTask } from "@poolish/testkit";

const { values: options } = parseArgs({
  options: {
    simulations: { type: "string", default: "100000" },
    particles: { type: "string", default: "10000" },
    mode: { type: "string", default: "exact" },
    seed: { type: "string", default: "1" },
    refine: { type: "string" },
  },
});
const seed = Number(options.seed);
const task = sbibmTask("two_moons");
const names = task.parameters.map(({ name }) => name);
/** Two observations whose moons both lie inside of the box. */
const DATA = {
  x: [
    [0.23, -0.33],
    [-0.03, 0.25],
  ],
};

/** The formula as a likelihood of the modelling language: one term a row. */
function exactLikelihood(): Likelihood {
  const columns = task.columns.map(({ name }) => ({ name, kind: "continuous" as const }));
  return {
    parameters: names.map((name) => ({ name, support: { kind: "interval", lower: -1, upper: 1 }, box: [-1, 1] })),
    columns,
    conditions: [],
    isNormalised: true,
    bind(data, row): BoundLikelihood {
      const numTerms = row.length;
      const gradients = new Float64Array(2 * numTerms);
      const xs = Array.from(row, (_, i) => Float64Array.from(columns, ({ name }) => data[name][i]));
      return {
        numTerms,
        multiplicity: new Float64Array(numTerms).fill(1),
        termOfTrial: Int32Array.from(row, (_, i) => i),
        evaluate(theta, logTerms) {
          for (let i = 0; i < numTerms; i++) {
            const own = theta.subarray(2 * row[i], 2 * row[i] + 2);
            logTerms[i] = task.logLikelihood(own, xs[i], gradients.subarray(2 * i, 2 * i + 2));
          }
        },
        pullback(adjoint, thetaGradient) {
          for (let i = 0; i < numTerms; i++) {
            for (let k = 0; k < 2; k++) thetaGradient[2 * row[i] + k] += adjoint[i] * gradients[2 * i + k];
          }
        },
      };
    },
    toDescriptor: () => ({ kind: "inline", name: "two moons" }),
  };
}

function sites(likelihood: Likelihood) {
  return model("sites", ({ sample, plate, observe }) => {
    const parts = names.map((name) => {
      const location = sample(`location_${name}`, uniform(-1, 1));
      const scale = sample(`scale_${name}`, halfNormal(0.5));
      const theta = plate("site", 2, () => sample(name, truncated(normal(location, scale), { lower: -1, upper: 1 })));
      return [name, theta.at([0, 1])] as const;
    });
    const columns = task.columns.map(({ name }, c) => [name, DATA.x.map((x) => x[c])] as const);
    observe("x", learned(likelihood, Object.fromEntries(parts)), Object.fromEntries(columns));
  });
}

/** The draws of some variables, row-major. */
function samplesOf(fit: Fit, wanted: readonly string[]) {
  const { names: scalars, columns, numRows } = fit.draws(wanted);
  const numColumns = scalars.length;
  const values = Float64Array.from({ length: numRows * numColumns }, (_, i) => {
    return columns[scalars[i % numColumns]][Math.floor(i / numColumns)];
  });
  return { values, numColumns };
}

const smc = { method: "smc", particles: Number(options.particles) } as const;
const draw = (likelihood: Likelihood, run: number): Promise<Fit> =>
  infer(sites(likelihood), {}, { ...smc, seed: 100 * run + seed });
const simulator = sbibmSimulator(task);
const prior = Object.fromEntries(names.map((name) => [name, uniform(-1, 1)]));

async function trained(count: number) {
  const simulations = await simulate({ simulator, prior, count, seed });
  const start = performance.now();
  const estimator = await train(nle(), simulations, { seed });
  console.log(`${count} simulations, trained in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return { simulations, estimator };
}

const parts = [
  ["hyper-parameters", names.flatMap((name) => [`location_${name}`, `scale_${name}`]), 0.55],
  ["site 1", names.map((name) => `${name}[1]`), 0.57],
  ["site 2", names.map((name) => `${name}[2]`), 0.57],
] as const;

async function report(label: string, fit: Fit): Promise<void> {
  for (const [part, wanted, bar] of parts) {
    const settings = { mode: options.mode as C2stMode, seed };
    const { accuracy } = await c2st(samplesOf(exact, wanted), samplesOf(fit, wanted), settings);
    console.log(`  ${label}, ${part}: C2ST ${accuracy.toFixed(4)} (bar ${bar})`);
  }
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores; ${options.particles} particles, C2ST ${options.mode}, seed ${seed}`,
);
const exact = await draw(exactLikelihood(), 1);
await report("exact likelihood, once more", await draw(exactLikelihood(), 2));
const { estimator } = await trained(Number(options.simulations));
await report(`${options.simulations} in one round`, await draw(estimator, 3));
if (options.refine !== undefined) {
  const count = Number(options.refine);
  const first = await trained(count);
  const fit = await draw(first.estimator, 4);
  await report(`${count} in one round`, fit);
  const refined = await refine(fit, simulator, { simulations: first.simulations, count, seed, infer: smc });
  await report(`2 rounds of ${count}`, refined.fit);
  for (const notice of refined.notices) console.log(`  ${notice}`);
}
