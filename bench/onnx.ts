/**
 * Our estimators and an imported network, written as ONNX, beside onnxruntime: log-densities of the same points. Needs a Python with
 * onnxruntime and numpy: ONNX_PYTHON=/path/to/python node --import tsx bench/onnx.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rngFromSeed } from "@poolish/core";
import { type Estimator, fromOnnx, toOnnx } from "@poolish/estimators";
import { standardNormal } from "@poolish/math";
import { nle, normal, type Simulator, simulate, train, uniform } from "@poolish/sbi";
import { ANGLE_COLUMNS, ANGLE_PARAMETERS } from "../examples/diffusion/angleSimulator.ts";

const COUNT = 1000;

/** Two correlated numbers, one of them above a bound that a parameter sets, and a choice. */
async function trained(density: "autoregressive" | "mdn" | "maf", numMembers: number): Promise<Estimator> {
  const hasChoice = density === "autoregressive";
  const simulator: Simulator = {
    parameters: ["mean", "shift"],
    columns: [
      { name: "x", kind: "continuous" },
      { name: "rt", kind: "continuous", bounds: { lower: "shift" } },
      ...(hasChoice ? [{ name: "choice", kind: "category" as const }] : []),
    ],
    simulate(rng, [mean, shift], out) {
      out[0] = mean + standardNormal(rng);
      out[1] = shift + Math.exp(0.3 * out[0] + 0.2 * standardNormal(rng));
      if (hasChoice) out[2] = rng.uniform() < 1 / (1 + Math.exp(-mean)) ? 1 : -1;
    },
  };
  const prior = { mean: normal(0, 1), shift: uniform(0.1, 1) };
  const simulations = await simulate({ simulator, prior, count: 4000, seed: 1 });
  return train(nle({ density, numMembers, numEpochs: 4 }), simulations, { seed: 1, onWarning: () => {} });
}

/** Parameters and draws of `estimator` at them, one row each. */
function pointsOf(estimator: Estimator): { readonly theta: Float64Array; readonly x: Float64Array } {
  const rng = rngFromSeed(3);
  const { parameters } = estimator;
  const theta = Float64Array.from({ length: COUNT * parameters.length }, (_, i) => {
    const [lower, upper] = parameters[i % parameters.length].box;
    return Math.fround(lower + (0.1 + 0.8 * rng.uniform()) * (upper - lower));
  });
  return { theta, x: estimator.sample(rng, theta, COUNT).map(Math.fround) };
}

const RUN = `
import sys, numpy as np, onnxruntime as ort
x = np.fromfile(sys.argv[2], dtype=np.float32).reshape(${COUNT}, -1)
s = ort.InferenceSession(sys.argv[1])
s.run(None, {s.get_inputs()[0].name: x})[0].astype(np.float32).tofile(sys.argv[3])
`;

function throughRuntime(estimator: Estimator, theta: Float64Array, x: Float64Array): Float32Array {
  const folder = mkdtempSync(join(tmpdir(), "poolish-onnx-"));
  const [model, input, output] = ["model.onnx", "input.f32", "output.f32"].map((name) => join(folder, name));
  const [p, c] = [estimator.parameters.length, estimator.columns.length];
  const rows = Float32Array.from({ length: COUNT * (p + c) }, (_, i) => {
    const [row, k] = [Math.floor(i / (p + c)), i % (p + c)];
    return k < p ? theta[row * p + k] : x[row * c + k - p];
  });
  try {
    writeFileSync(model, toOnnx(estimator));
    writeFileSync(input, rows);
    execFileSync(process.env.ONNX_PYTHON ?? "python3", ["-c", RUN, model, input, output]);
    const bytes = readFileSync(output);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const angle = readFileSync(new URL("../packages/estimators/test/data/angle_2x100.onnx", import.meta.url));
const cases: readonly (readonly [string, Estimator])[] = [
  [
    "angle_2x100.onnx, read and written",
    fromOnnx(angle, { parameters: ANGLE_PARAMETERS, columns: ANGLE_COLUMNS }, { onWarning: () => {} }),
  ],
  ["autoregressive: two numbers and a choice", await trained("autoregressive", 1)],
  ["autoregressive, two members", await trained("autoregressive", 2)],
  ["mixture density of two numbers", await trained("mdn", 1)],
  ["masked flow of two numbers", await trained("maf", 1)],
  ["masked flow, four members", await trained("maf", 4)],
];
for (const [name, estimator] of cases) {
  const { theta, x } = pointsOf(estimator);
  const ours = estimator.logProb(x, theta);
  const theirs = throughRuntime(estimator, theta, x);
  const differences = ours.map((value, i) => Math.abs(value - theirs[i]) / Math.max(1, Math.abs(value)));
  const [worst, mean] = [Math.max(...differences), differences.reduce((sum, value) => sum + value / COUNT, 0)];
  console.log(`${name.padEnd(44)} largest difference ${worst.toExponential(1)}, mean ${mean.toExponential(1)}`);
}
