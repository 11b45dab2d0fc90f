/**
 * Which network for structured θ and x? Ten numbers, each seen by its own x alone: x_i = |θ_i| + noise. The posterior, of 1,024 modes,
 * is a product of ten alike, so that its log-density is known, and with it how many nats a field lacks.
 */
import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { normal, simulate, train, vectorField } from "@poolish/sbi";

const NUM_ENTRIES = 10;
const NOISE = 0.3;
const NUM_JUDGED = 200;

const entries = Array.from({ length: NUM_ENTRIES }, (_, i) => i);
const simulator = {
  name: "magnitudes",
  parameters: entries.map((i) => `theta${i}`),
  columns: entries.map((i) => ({ name: `x${i}`, kind: "continuous" }) as const),
  simulate(rng: Rng, theta: Float64Array, out: Float64Array) {
    for (let i = 0; i < NUM_ENTRIES; i++) out[i] = Math.abs(theta[i]) + NOISE * standardNormal(rng);
  },
};

export async function benchNetworks(numSimulations: number, network: "mlp" | "attention", seed: number): Promise<void> {
  const prior = Object.fromEntries(simulator.parameters.map((name) => [name, normal(0, 1)]));
  const simulations = await simulate({ simulator, prior, count: numSimulations, seed });
  const fresh = await simulate({ simulator, prior, count: NUM_JUDGED, seed: seed + 1000 });
  const exact = Float64Array.from({ length: NUM_JUDGED }, (_, row) =>
    entries.reduce((sum, i) => {
      const at = row * NUM_ENTRIES + i;
      return sum + exactLogPosterior(fresh.theta[at], fresh.x[at]);
    }, 0),
  );
  const before = process.cpuUsage();
  const estimator = await train(vectorField({ network, numSteps: 8 }), simulations, { seed });
  const { user } = process.cpuUsage(before);
  const found = estimator.logProb(fresh.theta, fresh.x);
  const { mean, error } = meanOf(exact.map((value, i) => value - found[i]));
  const start = meanOf(
    exact.map((value, i) => value - logNormals(fresh.theta.subarray(i * NUM_ENTRIES, (i + 1) * NUM_ENTRIES))),
  );
  const drawing = performance.now();
  estimator.sample(rngFromSeed(seed), fresh.x.slice(0, NUM_ENTRIES), 4000);
  const drawn = (performance.now() - drawing) / 1000;
  console.log(
    `${network}, ${numSimulations} simulations, seed ${seed}: ${mean.toFixed(2)} ± ${error.toFixed(2)} nats from the exact posterior ` +
      `(the start: ${start.mean.toFixed(2)}); ${(user / 1e6).toFixed(0)} CPU seconds of training, 4,000 draws in ${drawn.toFixed(1)} s`,
  );
}

function meanOf(values: Float64Array): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / (values.length - 1), 0);
  return { mean, error: Math.sqrt(variance / values.length) };
}

function logNormals(values: Float64Array): number {
  return values.reduce((sum, value) => sum - 0.5 * value * value - 0.5 * Math.log(2 * Math.PI), 0);
}

/** log p(θ_i | x_i), normalised by the trapezoidal rule. */
function exactLogPosterior(theta: number, x: number): number {
  const joint = (at: number): number => -0.5 * at * at - 0.5 * ((x - Math.abs(at)) / NOISE) ** 2;
  const step = 0.01;
  let total = 0;
  for (let at = -8; at <= 8; at += step) total += step * Math.exp(joint(at));
  return joint(theta) - Math.log(total);
}
