import {
  type CancelSignal,
  describeSupport,
  isOnSupport,
  type OnProgress,
  type ParameterSpec,
  PoolishError,
  pause,
  type Rng,
  requireCount,
  rngFromSeed,
  type Support,
  throwIfAborted,
} from "@poolish/core";
import type { Distribution } from "@poolish/distributions";
import { columnOf, type Simulations } from "./simulations.ts";
import type { Simulator } from "./simulator.ts";
import { trainingBox } from "./trainingBox.ts";

export interface SimulateOptions {
  readonly simulator: Simulator;
  /** One distribution for each parameter of the simulator, by name. */
  readonly prior: Readonly<Record<string, Distribution>>;
  /** Number of simulations. */
  readonly count: number;
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

/** Simulations between two looks at the event loop. */
const BLOCK = 2_000;

/**
 * Draws `count` pairs (θ, x) from prior and simulator. Simulation i has a stream of its own, so the result depends on
 * the seed alone.
 * @throws PoolishError for a prior that does not match the simulator, and for x that its declared columns cannot hold.
 */
export async function simulate(options: SimulateOptions): Promise<Simulations> {
  const { simulator, prior, count, seed, onProgress, signal } = options;
  requireCount("count", count, 1);
  requireCount("seed", seed, 0);
  const distributions = matchPrior(simulator, prior);
  const numParameters = simulator.parameters.length;
  const numColumns = simulator.columns.length;
  const theta = new Float64Array(count * numParameters);
  const x = new Float64Array(count * numColumns);
  const root = rngFromSeed(seed);
  // The simulator gets a copy, so that one which writes to its argument does not change what θ is said to have been.
  const row = new Float64Array(numParameters);
  const draw = (i: number): void => {
    const rng = root.foldIn(i);
    for (let p = 0; p < numParameters; p++) row[p] = drawOnSupport(rng, distributions[p], simulator.parameters[p], i);
    theta.set(row, i * numParameters);
    simulateRow(simulator, rng, row, x.subarray(i * numColumns, (i + 1) * numColumns), i);
  };
  for (let start = 0; start < count; start += BLOCK) {
    const end = Math.min(start + BLOCK, count);
    for (let i = start; i < end; i++) draw(i);
    onProgress?.({ task: "simulate", done: end, total: count });
    await pause();
    throwIfAborted(signal, "simulate");
  }
  const parameters = describeParameters(simulator, distributions, theta);
  return { simulator: simulator.name ?? "simulator", seed, parameters, columns: simulator.columns, count, theta, x };
}

function matchPrior(simulator: Simulator, prior: SimulateOptions["prior"]): Distribution[] {
  const remedy = `The simulator's parameters are ${simulator.parameters.join(", ")}.`;
  for (const name of Object.keys(prior)) {
    if (simulator.parameters.includes(name)) continue;
    throw new PoolishError("the prior names a parameter that the simulator does not have", {
      kind: "input",
      field: name,
      remedy,
    });
  }
  return simulator.parameters.map((name) => {
    const distribution = prior[name];
    if (distribution !== undefined) return distribution;
    throw new PoolishError("the prior says nothing about this parameter", { kind: "input", field: name, remedy });
  });
}

function supportOf({ family, parameters }: Distribution): Support {
  return family.support(parameters.map(Number));
}

/** Draws in a row that may miss the support before the prior is blamed. */
const MOST_DRAWS = 100;

/** A draw so near a bound that it rounds to it has no finite transform: it is drawn again. */
function drawOnSupport(rng: Rng, distribution: Distribution, name: string, row: number): number {
  const support = supportOf(distribution);
  let value = Number.NaN;
  for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
    value = distribution.sample(rng);
    if (isOnSupport(support, value)) return value;
  }
  throw new PoolishError(`the prior drew ${value}, which is not ${describeSupport(support)}, again and again`, {
    kind: "input",
    field: name,
    row,
    remedy: "Choose a prior with less mass within rounding of its bounds.",
  });
}

function simulateRow(
  { columns, simulate: run }: Simulator,
  rng: Rng,
  theta: Float64Array,
  out: Float64Array,
  row: number,
): void {
  out.fill(Number.NaN);
  run(rng, theta, out);
  for (let c = 0; c < columns.length; c++) {
    const isCount = columns[c].kind !== "continuous";
    if (isCount ? Number.isInteger(out[c]) && out[c] >= 0 : Number.isFinite(out[c])) continue;
    throw new PoolishError(
      `the simulator drew ${out[c]} at theta = (${theta.join(", ")}), but the column is declared as ${columns[c].kind}`,
      {
        kind: "input",
        field: columns[c].name,
        row,
        remedy: isCount
          ? "Let the simulator fill the column with a whole number of at least 0, or declare it continuous."
          : "Let the simulator fill the column with a finite number.",
      },
    );
  }
}

function describeParameters(
  simulator: Simulator,
  prior: readonly Distribution[],
  theta: Float64Array,
): ParameterSpec[] {
  return simulator.parameters.map((name, p) => {
    const support = supportOf(prior[p]);
    return { name, support, box: trainingBox(support, columnOf(theta, simulator.parameters.length, p)) };
  });
}
