import { createDensity, createEstimator, type Estimator } from "@poolish/estimators";
import { type NleOptions, nle, train } from "@poolish/sbi";
import type { TrainingData } from "./trainingData.ts";

/** One training of ours. */
export interface OurResult {
  readonly density: string;
  readonly epochs: number;
  readonly msPerStep: number;
  /** Of the fastest epoch. */
  readonly msPerStepFastest: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Mean log-density of fresh simulations, in nats. */
  readonly heldOut: number;
  /** The same after each epoch, and when that was. */
  readonly curve: readonly CurvePoint[];
}

interface CurvePoint {
  readonly seconds: number;
  readonly heldOut: number;
}

/** Share of the simulations that `nle` holds out by default. */
const VALIDATION = 0.05;

export async function runOurs(data: TrainingData, options: NleOptions, seed: number): Promise<OurResult> {
  const start = performance.now();
  const used = process.cpuUsage();
  const ends: number[] = [];
  let snapshots: readonly { readonly weights: Float32Array }[] = [];
  const estimator = await train(nle(options), data.simulations, {
    seed,
    onCheckpoint(checkpoint) {
      ends.push((performance.now() - start) / 1000);
      snapshots = checkpoint.snapshots;
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(used);
  const numTraining = data.simulations.count * (1 - VALIDATION);
  const batchSize = options.batchSize ?? Math.min(512, Math.max(32, Math.round(numTraining / 80)));
  const steps = Math.floor(numTraining / batchSize);
  // The first epoch warms up, as the peer's does.
  const durations = ends.slice(1).map((end, epoch) => end - ends[epoch]);
  return {
    density: options.density ?? "auto",
    epochs: ends.length,
    msPerStep: (1000 * durations.reduce((sum, duration) => sum + duration, 0)) / durations.length / steps,
    msPerStepFastest: (1000 * Math.min(...durations)) / steps,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    heldOut: heldOut(estimator, data),
    curve: snapshots.map(({ weights }, epoch) => {
      return { seconds: ends[epoch], heldOut: heldOut(estimatorAt(estimator, weights), data) };
    }),
  };
}

/** The estimator after an epoch, whose variables lie as the density's memory has them. */
function estimatorAt({ spec }: Estimator, variables: Float32Array): Estimator {
  const { memory } = createDensity(spec.density, 1, 1);
  const flat = memory === undefined ? variables : Float32Array.from(memory.positions, (at) => variables[at]);
  return createEstimator(spec, flat);
}

function heldOut(estimator: Estimator, { test }: TrainingData): number {
  const logProb = estimator.logProb(test.x, test.theta);
  return logProb.reduce((sum, value) => sum + value / test.count, 0);
}

/** Seconds until the curve first reaches `target`; undefined where it never does. */
export function secondsTo({ curve }: OurResult, target: number): number | undefined {
  return curve.find((point) => point.heldOut >= target)?.seconds;
}
