import {
  type CancelSignal,
  type ColumnSpec,
  type OnProgress,
  PoolishError,
  type Rng,
  requireCount,
} from "@poolish/core";
import { type Calibration, type CalibrationRun, simulationBasedCalibration } from "./simulationBasedCalibration.ts";

/** A conditional density p(x | θ, conditions) that can be sampled; an `Estimator` is one. */
export interface SampledDensity {
  readonly columns: readonly ColumnSpec[];
  readonly sample: (
    rng: Rng,
    theta: Float64Array,
    count: number,
    out: Float64Array,
    conditions: Float64Array,
  ) => unknown;
  /** log p(x_i | θ), all x at one θ and one row of conditions. */
  logProb?(x: Float64Array, theta: Float64Array, conditions: Float64Array): Float64Array;
  /** Where it comes from: simulations of this name and seed are those that it was trained on. */
  readonly spec?: { readonly provenance: { readonly simulator: string; readonly simulationSeed: number } };
}

/** Simulations that the density has not seen; `Simulations` of @poolish/sbi has all of it. */
export interface HeldOutSimulations {
  readonly simulator?: string;
  readonly seed?: number;
  readonly count: number;
  /** count × parameters, row-major. */
  readonly theta: Float64Array;
  /** count × columns, row-major; rows that are not finite are left out. */
  readonly x: Float64Array;
  /** count × conditions, row-major. */
  readonly conditionValues: Float64Array;
}

export interface DensityCalibrationOptions {
  readonly seed: number;
  /** Simulations that are looked at, the first ones; at most 2000 unless told. */
  readonly count?: number;
  /** Draws that each x is ranked among; 99 by default. */
  readonly numDraws?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

const DEFAULT_COUNT = 2000;

/**
 * Calibration of a trained density: the probability integral transform of each column of held-out simulations (Dawid
 * 1984), by the rank of x among draws of the density at the same θ, is uniform when the column's law given θ is right.
 * Ties are broken at random, which is the randomised transform of discrete columns (Czado, Gneiting & Held 2009, §2).
 * Where there are several columns and the density can be evaluated, "log-density" ranks log p(x | θ) among those of the
 * draws, which sees what columns do together. The result is that of simulation-based calibration.
 * @throws PoolishError for lengths that do not fit, fewer than 20 usable simulations, options out of range, and when
 * cancelled.
 */
export async function densityCalibration(
  density: SampledDensity,
  simulations: HeldOutSimulations,
  options: DensityCalibrationOptions,
): Promise<Calibration> {
  const { numDraws = 99, seed, count: most = DEFAULT_COUNT, ...rest } = options;
  requireCount("count", most, 1);
  requireCount("numDraws", numDraws, 1);
  const { columns } = density;
  const width = columns.length;
  requireWidth(simulations, width);
  const rowOf = (values: Float64Array, row: number): Float64Array => {
    const size = values.length / simulations.count;
    return values.slice(row * size, (row + 1) * size);
  };
  const usable = Array.from({ length: simulations.count }, (_, row) => row).filter((row) => {
    return rowOf(simulations.x, row).every(Number.isFinite);
  });
  const rows = usable.slice(0, most);
  const hasLogDensity = width > 1 && density.logProb !== undefined;
  const numColumns = width + Number(hasLogDensity);
  const draws = new Float64Array(numDraws * width);
  const run = (rng: Rng, index: number): CalibrationRun => {
    const [x, theta, known] = [simulations.x, simulations.theta, simulations.conditionValues].map((values) =>
      rowOf(values, rows[index]),
    );
    density.sample(rng, theta, numDraws, draws, known);
    if (!hasLogDensity) return { truth: x, draws: { values: draws, numColumns } };
    const [truth] = withLogDensity(density, x, width, theta, known);
    const values = Float64Array.from(withLogDensity(density, draws, width, theta, known).flatMap((row) => [...row]));
    return { truth, draws: { values, numColumns } };
  };
  const names = [...columns.map(({ name }) => name), ...(hasLogDensity ? ["log-density"] : [])];
  const settings = { names, run, count: rows.length, seed, numDraws, noun: "density", ...rest };
  const result = await simulationBasedCalibration(settings);
  return { ...result, notices: [...result.notices, ...seenNotice(density, simulations)] };
}

/** Rows of x, each with its log-density after its columns. */
function withLogDensity(
  density: SampledDensity,
  x: Float64Array,
  width: number,
  theta: Float64Array,
  known: Float64Array,
): Float64Array[] {
  const logDensities = density.logProb?.(x, theta, known) ?? new Float64Array(0);
  return Array.from(logDensities, (value, i) => {
    return Float64Array.from([...x.subarray(i * width, (i + 1) * width), value]);
  });
}

function requireWidth({ x, count }: HeldOutSimulations, width: number): void {
  if (x.length === count * width) return;
  throw new PoolishError(`${x.length} numbers do not fill ${count} rows of the density's ${width} columns`, {
    kind: "input",
    field: "simulations.x",
    remedy: "Pass simulations of the simulator that the density was trained on.",
  });
}

function seenNotice({ spec }: SampledDensity, { simulator, seed }: HeldOutSimulations): string[] {
  const isSeen = spec?.provenance.simulator === simulator && spec?.provenance.simulationSeed === seed;
  if (spec === undefined || seed === undefined || !isSeen) return [];
  return [
    "These simulations have the seed of those that the density was trained on: simulate others, with another seed.",
  ];
}
