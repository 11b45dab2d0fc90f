import {
  type CancelSignal,
  type OnProgress,
  PoolishError,
  pause,
  type Rng,
  requireCount,
  rngFromSeed,
  throwIfAborted,
} from "@poolish/core";
import { drawOnSupport, type FactorisedPrior, type JointPrior, jointPrior } from "./jointPrior.ts";
import { columnOf, firstTrials, type Simulations } from "./simulations.ts";
import type { Simulator } from "./simulator.ts";
import { trainingBox } from "./trainingBox.ts";

export interface SimulateOptions {
  readonly simulator: Simulator;
  /** One distribution for each parameter of the simulator, by name; or a joint prior over them. */
  readonly prior: FactorisedPrior | JointPrior;
  /** One distribution for each of the simulator's conditions: the inputs that the estimator shall know. Drawn after θ. */
  readonly conditions?: FactorisedPrior | JointPrior;
  /** Number of simulations. */
  readonly count: number;
  /**
   * Makes each simulation a set of trials with one θ, from `fewest` to `most` of them, their number drawn uniformly on the
   * logarithmic scale: what an estimator of sets of any size learns from. Each trial has conditions of its own.
   */
  readonly trials?: readonly [fewest: number, most: number];
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Simulations between two looks at the event loop. */
const BLOCK = 2_000;

/**
 * Draws `count` pairs (θ, x) from prior and simulator. Simulation i has a stream of its own, so the result depends on
 * the seed alone. A run that gives NaN or ±Infinity has failed: its row of x is NaN throughout.
 * @throws PoolishError for a prior that does not match the simulator, and for x that its declared columns cannot hold.
 */
export async function simulate(options: SimulateOptions): Promise<Simulations> {
  const { simulator, count, seed, onProgress, signal } = options;
  requireCount("count", count, 1);
  requireCount("seed", seed, 0);
  const { columns, conditions = [] } = simulator;
  const prior = jointPrior(options.prior, simulator.parameters);
  const inputs = jointPrior(
    options.conditions ?? {},
    conditions.map(({ name }) => name),
  );
  const root = rngFromSeed(seed);
  const numTrials = options.trials && drawNumTrials(options.trials, count, root);
  const first = firstTrials({ count, ...(numTrials && { numTrials }) });
  const theta = new Float64Array(count * simulator.parameters.length);
  const x = new Float64Array(first[count] * columns.length);
  const conditionValues = new Float64Array(first[count] * conditions.length);
  // The simulator gets copies, so that one which writes to its arguments does not change what they are said to have been.
  const thetaRow = new Float64Array(simulator.parameters.length);
  const conditionRow = new Float64Array(conditions.length);
  const draw = (i: number): void => {
    const rng = root.foldIn(i);
    drawOnSupport(prior, rng, thetaRow, i);
    theta.set(thetaRow, i * thetaRow.length);
    for (let t = first[i]; t < first[i + 1]; t++) {
      drawOnSupport(inputs, rng, conditionRow, i);
      conditionValues.set(conditionRow, t * conditionRow.length);
      thetaRow.set(theta.subarray(i * thetaRow.length, (i + 1) * thetaRow.length));
      simulateRow(simulator, rng, thetaRow, conditionRow, x.subarray(t * columns.length, (t + 1) * columns.length), i);
    }
  };
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count);
    for (let i = start; i < end; i++) draw(i);
    onProgress?.({ task: "simulate", done: end, total: count });
    await pause();
    throwIfAborted(signal, "simulate");
  }
  const parameters = prior.parameters.map(({ name, support }, p) => {
    return { name, support, box: trainingBox(support, columnOf(theta, thetaRow.length, p)) };
  });
  const name = simulator.name ?? "simulator";
  const made = { simulator: name, seed, parameters, columns, conditions, count, theta, x, conditionValues };
  return { ...made, ...(numTrials && { numTrials }) };
}

/** Streams of their own, so that the simulations' do not depend on `trials`. */
function drawNumTrials([fewest, most]: readonly [number, number], count: number, root: Rng): Int32Array {
  requireCount("trials", fewest, 1);
  requireCount("trials", most, fewest);
  const rng = root.foldIn(0xffff_ffff);
  return Int32Array.from({ length: count }, () =>
    Math.min(most, Math.floor(fewest * ((most + 1) / fewest) ** rng.uniform())),
  );
}

function simulateRow(
  { columns, simulate: run }: Simulator,
  rng: Rng,
  theta: Float64Array,
  conditions: Float64Array,
  out: Float64Array,
  row: number,
): void {
  out.fill(Number.NaN);
  run(rng, theta, out, conditions);
  if (!out.every(Number.isFinite)) {
    out.fill(Number.NaN);
    return;
  }
  for (let c = 0; c < columns.length; c++) {
    const { kind, name } = columns[c];
    if (kind !== "count" || (Number.isInteger(out[c]) && out[c] >= 0)) continue;
    throw new PoolishError(
      `the simulator drew ${out[c]} at theta = (${theta.join(", ")}), but the column is declared as ${kind}`,
      {
        kind: "input",
        field: name,
        row,
        remedy: "Let the simulator fill the column with a whole number of at least 0, or declare it continuous.",
      },
    );
  }
}
