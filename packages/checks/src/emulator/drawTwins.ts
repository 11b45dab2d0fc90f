import { type Likelihood, PoolishError, type Rng, type Simulator } from "@poolish/core";
import type { Fit, LearnedRows } from "@poolish/inference";
import { type SimulatorInput, simulateRows } from "./simulateRows.ts";

/** Draws of both sources at the same θ and conditions, pair by pair, row-major. */
export interface Twins {
  readonly label: string;
  readonly emulated: Float64Array;
  readonly simulated: Float64Array;
}

export interface TwinOptions {
  readonly fit: Fit;
  readonly rows: LearnedRows;
  readonly likelihood: Likelihood;
  readonly simulator: Simulator;
  /** Pairs for each group. */
  readonly count: number;
  readonly rng: Rng;
}

/** Above this share of failed runs in a group what is left says little of the simulator. */
const LARGEST_FAILED_SHARE = 0.5;

/**
 * `count` pairs for each group: at each of `count` posterior draws, spread evenly, one trial of the group is chosen, and x
 * is drawn anew at its θ row and conditions, once by each source. Pairs whose simulation fails are left out and counted.
 */
export function drawTwins(options: TwinOptions): { readonly groups: readonly Twins[]; readonly numFailed: number } {
  const { fit, rows, likelihood, simulator, count, rng } = options;
  const { sample } = likelihood;
  if (sample === undefined) refuse(rows.site, "this likelihood cannot be sampled", "Check a normalised likelihood.");
  const [width, numParameters] = [likelihood.columns.length, likelihood.parameters.length];
  const numConditions = likelihood.conditions.length;
  const trials = trialsOfGroups(rows);
  const theta = new Float64Array(rows.numRows * numParameters);
  const [choices, emulations, simulations] = rng.split(3);
  const sources = trials.map(() => createSource(count, numParameters, numConditions));
  for (let i = 0; i < count; i++) {
    rows.thetaAt(Math.floor((i * fit.numChains * fit.numDraws) / count), theta);
    const choice = choices.foldIn(i);
    trials.forEach(({ members }, g) => {
      const trial = members[Math.floor(choice.uniform() * members.length)];
      const row = rows.row[trial] * numParameters;
      sources[g].theta.set(theta.subarray(row, row + numParameters), i * numParameters);
      const known = rows.conditions.subarray(trial * numConditions, (trial + 1) * numConditions);
      sources[g].conditions.set(known, i * numConditions);
    });
  }
  let numFailed = 0;
  const groups = trials.map(({ label }, g) => {
    const emulated = new Float64Array(count * width);
    const simulated = new Float64Array(count * width).fill(Number.NaN);
    sample(emulations.foldIn(g), sources[g].theta, count, emulated, sources[g].conditions);
    simulateRows(simulator, simulations.foldIn(g), sources[g], count, simulated);
    const kept = Int32Array.from({ length: count }, (_, i) => i).filter((i) => {
      return simulated.subarray(i * width, (i + 1) * width).every(Number.isFinite);
    });
    numFailed += count - kept.length;
    if (kept.length < (1 - LARGEST_FAILED_SHARE) * count) refuseFailures(label, count - kept.length, count);
    return { label, emulated: takeRows(emulated, width, kept), simulated: takeRows(simulated, width, kept) };
  });
  return { groups, numFailed };
}

function createSource(count: number, numParameters: number, numConditions: number): SimulatorInput {
  return { theta: new Float64Array(count * numParameters), conditions: new Float64Array(count * numConditions) };
}

/** The trials of each group that has any. */
function trialsOfGroups({ plate, groups, groupOfRow, row }: LearnedRows): { label: string; members: number[] }[] {
  const found = groups.map((label): { label: string; members: number[] } => {
    return { label: plate === undefined ? label : `${plate} ${label}`, members: [] };
  });
  row.forEach((r, trial) => {
    found[groupOfRow[r]].members.push(trial);
  });
  return found.filter(({ members }) => members.length > 0);
}

function takeRows(values: Float64Array, width: number, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}

function refuseFailures(label: string, numFailed: number, count: number): never {
  const message = `the simulator failed at ${numFailed} of ${count} posterior draws (${label})`;
  refuse("simulator", message, "Look for a fault in the simulator, or in where the posterior lies.");
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}
