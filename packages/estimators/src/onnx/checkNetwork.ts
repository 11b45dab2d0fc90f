import { PoolishError, type Rng, rngFromSeed } from "@poolish/core";
import { boundAt } from "../columns/continuousColumn.ts";
import type { Estimator } from "../estimator.ts";
import type { LayeredSpec } from "../layered/layeredSpec.ts";
import { type Grid, gridFrom } from "../layered/panels.ts";
import { cellShape } from "../layered/sampleLayered.ts";

/** What a network says on its box. */
export interface NetworkCheck {
  /** Log-densities that were asked for on the box, and those that were not finite. */
  readonly numPoints: number;
  readonly numNonFinite: number;
  /**
   * ∫ p(x | θ) dx over θ drawn from the box, by Simpson's rule; 1 for a density. Undefined where x has no continuous column with a
   * lower bound and categories alone.
   */
  readonly mass: { readonly mean: number; readonly smallest: number; readonly largest: number } | undefined;
  readonly warnings: readonly string[];
}

const NUM_INSIDE = 32;
const MOST_CORNERS = 32;
/** Masses within these limits are what training errors of such networks leave. */
const WORST_MEAN = 0.05;
const WORST_MASS = 0.25;

/** Looks at the network at corners of its box and at θ inside of it. */
export function checkNetwork(estimator: Estimator): NetworkCheck {
  const { density, parameters } = estimator.spec;
  if (density.kind !== "layered") throw new Error("only imported networks are checked");
  const rng = rngFromSeed(1);
  const boxes = parameters.map(({ box }) => box);
  const inside = Array.from({ length: NUM_INSIDE }, () =>
    boxes.map(([low, high]) => low + rng.uniform() * (high - low)),
  );
  const shape = shapeOf(density);
  const masses: number[] = [];
  let numPoints = 0;
  let numNonFinite = 0;
  for (const theta of [...inside, ...cornersOf(rng, boxes)]) {
    const { mass, count, notFinite } = examine(estimator, density, shape, theta);
    numPoints += count;
    numNonFinite += notFinite;
    if (masses.length < NUM_INSIDE) masses.push(mass);
  }
  const isMeasured = shape !== undefined && estimator.conditions.length === 0;
  const mass = isMeasured ? summary(masses) : undefined;
  return { numPoints, numNonFinite, mass, warnings: warningsOf({ numPoints, numNonFinite, mass }) };
}

function summary(masses: readonly number[]) {
  const mean = masses.reduce((sum, value) => sum + value / masses.length, 0);
  return { mean, smallest: Math.min(...masses), largest: Math.max(...masses) };
}

function warningsOf({ numPoints, numNonFinite, mass }: Omit<NetworkCheck, "warnings">): string[] {
  const warnings: string[] = [];
  if (numNonFinite > 0) {
    warnings.push(
      `${numNonFinite} of ${numPoints} log-densities on its box are not finite: the box, or the file, is wrong`,
    );
  }
  if (mass === undefined) {
    warnings.push(
      "its normalisation was not looked at: that takes one continuous column with a lower bound, and categories",
    );
  } else if (
    !(Math.abs(mass.mean - 1) <= WORST_MEAN && mass.smallest >= 1 - WORST_MASS && mass.largest <= 1 + WORST_MASS)
  ) {
    const [mean, smallest, largest] = [mass.mean, mass.smallest, mass.largest].map((value) => value.toPrecision(3));
    warnings.push(
      `its density integrates to ${mean} on average over its box (${smallest} to ${largest}), not to 1: look at the order of inputs, the coding of columns and the box; if they are right, import it with { normalise: true }`,
    );
  }
  return warnings;
}

function shapeOf(density: LayeredSpec) {
  try {
    return cellShape(density);
  } catch (error) {
    if (error instanceof PoolishError) return undefined;
    throw error;
  }
}

function cornersOf(rng: Rng, boxes: readonly (readonly [number, number])[]): number[][] {
  const numCorners = 2 ** boxes.length;
  const count = Math.min(numCorners, MOST_CORNERS);
  return Array.from({ length: count }, (_, k) => {
    const corner = numCorners <= MOST_CORNERS ? k : Math.floor(rng.uniform() * numCorners);
    // A bound of a support that is open is no point of it.
    return boxes.map(([low, high], p) => {
      const inset = 1e-6 * (high - low);
      return Math.floor(corner / 2 ** p) % 2 === 0 ? low + inset : high - inset;
    });
  });
}

/** Conditions are 0: nobody has said what they may be. */
function examine(
  { logProb, conditions, columns }: Estimator,
  density: LayeredSpec,
  shape: ReturnType<typeof shapeOf>,
  theta: readonly number[],
): { readonly mass: number; readonly count: number; readonly notFinite: number } {
  const known = conditions.map(() => 0);
  if (shape === undefined) {
    const values = logProb(
      columns.map(({ categories, kind }) => categories?.[0] ?? (kind === "count" ? 0 : 0.5)),
      theta,
      known,
    );
    return { mass: Number.NaN, count: 1, notFinite: Number.isFinite(values[0]) ? 0 : 1 };
  }
  const { points, weights } = gridOf(density, shape.continuous, theta);
  const x = shape.codes.flatMap((codes) =>
    Array.from(points).flatMap((point) =>
      density.columns.map((column, c) => (column.kind === "category" ? column.values[codes[c]] : point)),
    ),
  );
  const values = logProb(x, theta, known);
  let mass = 0;
  let notFinite = 0;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) notFinite++;
    mass += Math.exp(value) * weights[i % points.length];
  });
  return { mass, count: values.length, notFinite };
}

function gridOf({ columns }: LayeredSpec, continuous: number, theta: readonly number[]): Grid {
  const column = columns[continuous];
  if (column?.kind !== "continuous") return { points: new Float64Array(1), weights: Float64Array.of(1) };
  const row = Float64Array.from(theta);
  const grid = gridFrom(boundAt(column.lower, row, 0), boundAt(column.upper, row, 0), column.edge);
  // Bounds themselves are no values of the column.
  const { points } = grid;
  const last = points.length - 1;
  const inset = 1e-9 * (points[last] - points[0]);
  points[0] += inset;
  points[last] -= inset;
  return grid;
}
