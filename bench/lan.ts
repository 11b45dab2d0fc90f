/**
 * Likelihood networks: milliseconds a gradient, and effective draws a second of core time beside NumPyro (JAX) with the same network,
 * model and data, with a diagonal metric (its default) and a dense one. `npm run bench:lan [-- --peer PYTHON] [--parts gradient,draws] [--simd plain,relaxed] [--chains 2] [--warmup 300] [--draws 400]`.
 * PYTHON is an interpreter with numpyro. Relaxed SIMD (fused multiply-add) is what Node has from 21 on; Node 20 hides it behind a flag.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { rngFromSeed } from "@poolish/core";
import { createEstimator, type Estimator, numDensityWeights } from "@poolish/estimators";
import { infer } from "@poolish/inference";
import { createKernels } from "@poolish/kernels";
import { summarize } from "@poolish/mcmc";
import { angleNetwork, driftModel, LAPSES, LONGEST_LAPSE, runExperiment } from "../examples/diffusion/diffusion.ts";

const { values: flags } = parseArgs({
  options: {
    peer: { type: "string" },
    parts: { type: "string", default: "gradient,draws" },
    simd: { type: "string", default: "plain,relaxed" },
    chains: { type: "string", default: "2" },
    warmup: { type: "string", default: "300" },
    draws: { type: "string", default: "400" },
  },
});
const [CHAINS, WARMUP, DRAWS] = [flags.chains, flags.warmup, flags.draws].map(Number);
const parts = flags.parts.split(",");

/** The network's specification with three layers of 100 tanh units and random weights: speed does not know the difference. */
function wideNetwork({ spec }: Estimator): Estimator {
  if (spec.density.kind !== "layered") throw new Error("an imported network is layered");
  const tanh = { numOutputs: 100, activation: "tanh" } as const;
  const density = { ...spec.density, layers: [tanh, tanh, tanh, { numOutputs: 1, activation: "identity" } as const] };
  const rng = rngFromSeed(1);
  const weights = Float32Array.from({ length: numDensityWeights(density) }, () => 0.2 * (rng.uniform() - 0.5));
  return createEstimator({ ...spec, density }, weights);
}

/** Milliseconds of core time for value and gradient over `distinct` trials, each of them `times` times. */
function gradientTime(estimator: Estimator, distinct: number, times: number, numRows: number): string {
  const rng = rngFromSeed(2);
  const rts = Float64Array.from({ length: distinct }, () => 1.2 + 2 * rng.uniform());
  const index = Array.from({ length: distinct * times }, (_, i) => i % distinct);
  const columns = { rt: index.map((i) => rts[i]), response: index.map((i) => (i % 2 === 0 ? -1 : 1)) };
  const row = Int32Array.from(index, (i) => i % numRows);
  const bound = estimator.bind(columns, row, numRows);
  const theta = Float64Array.from(
    { length: numRows * 5 },
    (_, i) => [1, 1.2, 0.5, 0.4, 0.3][i % 5] + 0.01 * rng.uniform(),
  );
  const logTerms = new Float64Array(bound.numTerms);
  const gradient = new Float64Array(theta.length);
  const repeat = (count: number): void => {
    for (let k = 0; k < count; k++) {
      bound.evaluate(theta, logTerms);
      bound.pullback(bound.multiplicity, gradient);
    }
  };
  repeat(20);
  const runs = Array.from({ length: 25 }, () => {
    const before = process.cpuUsage();
    repeat(6);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / 6;
  });
  const sorted = runs.sort((a, b) => a - b);
  return `${sorted[12].toFixed(2)} ms (best ${sorted[0].toFixed(2)}), ${bound.numTerms} terms`;
}

const network = angleNetwork();

function printGradients(): void {
  const wide = wideNetwork(network);
  console.log("value and gradient, core time, median of 25 runs");
  console.log(`3 × 100 tanh, 4,000 distinct trials, 10 rows    ${gradientTime(wide, 4000, 1, 10)}; bar 12 ms`);
  console.log(`3 × 100 tanh, 4,000 distinct trials, each twice ${gradientTime(wide, 4000, 2, 10)}`);
  console.log(`3 × 100 tanh, 4,000 trials with a row each      ${gradientTime(wide, 4000, 1, 4000)}`);
  console.log(`3 × 64 tanh, 2,000 distinct trials, 10 rows     ${gradientTime(network, 2000, 1, 10)}`);
}

interface Speed {
  readonly name: string;
  readonly core: number;
  readonly gradients: number;
  /** Of the scalar that mixes worst, and the median one. */
  readonly worst: number;
  readonly median: number;
}

function speedOf(name: string, core: number, gradients: number, draws: readonly (readonly Float64Array[])[]): Speed {
  const sizes = draws.map((chains) => summarize(chains).essBulk).sort((a, b) => a - b);
  return { name, core, gradients, worst: sizes[0], median: sizes[Math.floor(sizes.length / 2)] };
}

const { trials } = runExperiment(1);
const model = driftModel(network, trials);

async function ours(name: string): Promise<Speed> {
  // What is compiled on the way is compiled once.
  await infer(model, trials, { seed: 9, chains: 1, warmup: 20, draws: 5, workers: 1 });
  const before = process.cpuUsage();
  const fit = await infer(model, trials, { seed: 1, chains: CHAINS, warmup: WARMUP, draws: DRAWS, workers: 1 });
  const { user, system } = process.cpuUsage(before);
  const sampled = fit.model.variables.filter(({ kind }) => kind === "latent").map(({ name }) => name);
  const { names } = fit.draws(sampled);
  return speedOf(
    name,
    (user + system) / 1e6,
    fit.diagnostics().numGradients,
    names.map((name) => fit.draws(name)),
  );
}

/** Network, data (equal trials of a subject merged, as ours are) and priors for the peer. */
function problem(): object {
  const { spec, weights } = network;
  if (spec.density.kind !== "layered") throw new Error("an imported network is layered");
  let at = 0;
  const layers = spec.density.layers.map(({ numOutputs }, k, all) => {
    const inputs = k === 0 ? 7 : all[k - 1].numOutputs;
    const matrix = Array.from(weights.subarray(at, at + inputs * numOutputs));
    at += inputs * numOutputs;
    const bias = Array.from(weights.subarray(at, at + numOutputs));
    at += numOutputs;
    return { inputs, weights: matrix, bias };
  });
  const subjects = [...new Set(trials.subject)].sort();
  const merged = new Map<string, { subject: number; rt: number; response: number; weight: number }>();
  trials.rt.forEach((rt, i) => {
    const trial = { subject: subjects.indexOf(trials.subject[i]), rt, response: trials.response[i] };
    const key = Object.values(trial).join();
    merged.set(key, { ...trial, weight: (merged.get(key)?.weight ?? 0) + 1 });
  });
  const rows = [...merged.values()];
  const priors = Object.fromEntries(
    model.plan.parameters.map(({ name, coefficients, groups }) => {
      const [mean, sd] = coefficients[0].prior.parameters;
      return [name, [mean, sd, groups[0]?.coefficients[0].prior.parameters[0] ?? null]];
    }),
  );
  const column = spec.density.columns[0];
  return {
    layers,
    priors,
    ...Object.fromEntries(
      (["subject", "rt", "response", "weight"] as const).map((key) => [key, rows.map((row) => row[key])]),
    ),
    edge: column.kind === "continuous" ? column.edge : 0,
    lapse: LAPSES,
    longest: LONGEST_LAPSE,
  };
}

function theirs(python: string, metric: "diagonal" | "dense"): Speed {
  const folder = mkdtempSync(join(tmpdir(), "poolish-lan-"));
  try {
    writeFileSync(join(folder, "problem.json"), JSON.stringify(problem()));
    const script = new URL("peers/lan_numpyro.py", import.meta.url).pathname;
    execFileSync(python, [script, folder, String(CHAINS), String(WARMUP), String(DRAWS), metric], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const { core, steps, draws } = JSON.parse(readFileSync(join(folder, "draws.json"), "utf8"));
    const all = Object.values(draws as Record<string, number[][]>).map((chains) =>
      chains.map((c) => Float64Array.from(c)),
    );
    return speedOf(`NumPyro, ${metric}`, core, steps, all);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const speeds: Speed[] = [];
// Plain first: what is compiled with the flag stays so.
for (const simd of ["plain", "relaxed"] as const) {
  if (!flags.simd.split(",").includes(simd)) continue;
  if (simd === "relaxed") setFlagsFromString("--experimental-wasm-relaxed-simd");
  console.log(`\n${simd} SIMD asked for: ${createKernels({ capacity: 8 }).variant}`);
  if (parts.includes("gradient")) printGradients();
  if (parts.includes("draws")) speeds.push(await ours(`Poolish, ${simd}`));
}
if (parts.includes("draws")) {
  console.log(
    `\nten subjects × 200 trials, 3 × 64 network, ${CHAINS} chains × (${WARMUP} + ${DRAWS}), one core, no compile time`,
  );
  const { peer } = flags;
  // Its default, and what it has for correlated posteriors.
  const peers = peer === undefined ? [] : (["diagonal", "dense"] as const).map((metric) => theirs(peer, metric));
  for (const { name, core, gradients, worst, median } of [...speeds, ...peers]) {
    const perSecond = [worst / core, median / core].map((value) => value.toFixed(2));
    console.log(
      `${name.padEnd(17)} ${core.toFixed(1)} core s, ${gradients} gradients (${((1000 * core) / gradients).toFixed(2)} ms), bulk ESS ${worst.toFixed(0)} (worst) ${median.toFixed(0)} (median): ${perSecond[0]} and ${perSecond[1]} a core second`,
    );
  }
  for (const other of peers)
    for (const { name, worst, median, core } of speeds) {
      const ratios = [worst / other.worst, median / other.median].map((share) =>
        ((share * other.core) / core).toFixed(2),
      );
      console.log(
        `${name}: ${ratios[0]} (worst), ${ratios[1]} (median) of the effective draws a core second of ${other.name}; bar .7`,
      );
    }
}
