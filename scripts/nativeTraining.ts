/**
 * Trains a posterior through a network of TensorFlow.js (convolutions along a noisy series) on the native binding of
 * TensorFlow, and compares it with the closed form; fails where it is far. Without the binding it prints that it is skipped.
 * It is no part of `npm test`; `npm run build:tfjs-node` builds the binding where `npm install` could not download it.
 * `npm run train:native [-- --simulations 10000 --epochs 30 --optimizer tensorflow]`
 */
import { parseArgs } from "node:util";
import { rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { normal, npe, type PosteriorEstimator, type Simulator, selectBackend, simulate, train } from "@poolish/sbi";
import * as tf from "@tensorflow/tfjs";

const { values: options } = parseArgs({
  options: {
    simulations: { type: "string", default: "10000" },
    epochs: { type: "string", default: "30" },
    optimizer: { type: "string", default: "kernels" },
  },
});
const LENGTH = 24;
const NUM_OBSERVATIONS = 50;
/**
 * Bars for posterior means (rms, in posterior sd) and sds (mean ratio − 1): the network's 171 weights, fitted to 10,000
 * simulations, err by about √(171 / 10,000) = .13 sd.
 */
const BARS = { mean: 0.25, sd: 0.1 };

/** One period of a wave of unknown amplitude, under noise of sd 1. */
const WAVE = Float64Array.from({ length: LENGTH }, (_, t) => 0.5 * Math.cos((2 * Math.PI * t) / LENGTH));
const simulator: Simulator = {
  parameters: ["amplitude"],
  columns: Array.from(WAVE, (_, t) => ({ name: `x_${t}`, kind: "continuous" })),
  simulate(rng, [amplitude], out) {
    for (let t = 0; t < LENGTH; t++) out[t] = amplitude * WAVE[t] + standardNormal(rng);
  },
};

function seriesNetwork(): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
  return tf.sequential({
    layers: [
      tf.layers.reshape({ inputShape: [LENGTH], targetShape: [LENGTH, 1] }),
      tf.layers.conv1d({ filters: 6, kernelSize: 6, strides: 3, activation: "elu", kernelInitializer }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, kernelInitializer }),
    ],
  });
}

/** Against N(Σ wave x / precision, 1 / precision), precision = 1 + Σ wave². */
function compare({ sample }: PosteriorEstimator): { readonly meanError: number; readonly sdRatio: number } {
  const precision = WAVE.reduce((sum, value) => sum + value * value, 1);
  const rng = rngFromSeed(2);
  const x = new Float64Array(LENGTH);
  let squares = 0;
  let sdRatio = 0;
  for (let i = 0; i < NUM_OBSERVATIONS; i++) {
    simulator.simulate(rng, Float64Array.of(standardNormal(rng)), x, new Float64Array(0));
    const exact = x.reduce((sum, value, t) => sum + WAVE[t] * value, 0) / precision;
    const draws = sample(rng, x, 4000);
    const mean = draws.reduce((sum, value) => sum + value / draws.length, 0);
    const sd = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2 / draws.length, 0));
    squares += ((mean - exact) ** 2 * precision) / NUM_OBSERVATIONS;
    sdRatio += (sd * Math.sqrt(precision)) / NUM_OBSERVATIONS;
  }
  return { meanError: Math.sqrt(squares), sdRatio };
}

async function trainNatively(): Promise<void> {
  const prior = { amplitude: normal(0, 1) };
  const simulations = await simulate({ simulator, prior, count: Number(options.simulations), seed: 1 });
  const embedding = { kind: "layers", model: seriesNetwork() } as const;
  const recipe = npe({ embedding, density: "autoregressive", numEpochs: Number(options.epochs) });
  const { optimizer } = options;
  if (optimizer !== "kernels" && optimizer !== "tensorflow") {
    throw new Error(`there is no optimizer ${optimizer}: pass --optimizer kernels or tensorflow`);
  }
  const start = performance.now();
  const estimator = await train(recipe, simulations, { seed: 1, optimizer });
  const seconds = (performance.now() - start) / 1000;
  if (tf.getBackend() !== "tensorflow") throw new Error(`the network ran on ${tf.getBackend()}`);
  const { meanError, sdRatio } = compare(estimator);
  console.log(
    `network on ${tf.getBackend()} ${tf.version.tfjs}, optimiser ${optimizer}: ${options.simulations} simulations in ${seconds.toFixed(1)} s; ${NUM_OBSERVATIONS} observations: ` +
      `rms error of means ${meanError.toFixed(3)} sd (bar ${BARS.mean}), sds × ${sdRatio.toFixed(3)} (bar 1 ± ${BARS.sd})`,
  );
  if (meanError > BARS.mean || Math.abs(sdRatio - 1) > BARS.sd)
    throw new Error("the posterior is far from the exact one");
}

if ((await selectBackend()) === "tensorflow") await trainNatively();
else {
  console.log("skipped: @tensorflow/tfjs-node is not installed; `npm run build:tfjs-node` builds it (Linux).");
}
