import { PoolishError, rngFromSeed } from "@poolish/core";
import type { ContinuousColumn } from "../columns/continuousColumn.ts";
import type { EstimatorSpec } from "../estimatorSpec.ts";
import { createLayeredMass } from "../layered/createLayeredMass.ts";
import type { LayeredSpec } from "../layered/layeredSpec.ts";
import { type MassGrid, MOST_PANELS } from "../layered/massGrid.ts";
import { cellShape, hasCells } from "../layered/sampleLayered.ts";

const NUM_ROWS = 48;
/** Of a log mass, at the worst of the rows: less than what a few thousand trials can tell. */
const TOLERANCE = 1e-3;

/**
 * The smallest grid on which the mass of a network is right over its box: how far the column must be followed, then how finely.
 * @throws PoolishError (kind input) for conditions, and for columns that cannot be summed over.
 */
export function chooseMassGrid({ parameters, density, conditions }: EstimatorSpec, weights: Float32Array): MassGrid {
  if (density.kind !== "layered") throw new Error("only imported networks are normalised");
  const column = columnOf(density, conditions.length);
  const rng = rngFromSeed(2);
  const theta = Float64Array.from({ length: NUM_ROWS * parameters.length }, (_, i) => {
    const [lower, upper] = parameters[i % parameters.length].box;
    return lower + rng.uniform() * (upper - lower);
  });
  const massOn = (grid: MassGrid): Float64Array => {
    const mass = createLayeredMass(density, grid, NUM_ROWS);
    mass.setWeights(weights);
    mass.evaluate(theta, NUM_ROWS, false);
    return mass.logMass;
  };
  // Rows without room have an infinite mass on each grid.
  const isNear = (a: Float64Array, b: Float64Array): boolean =>
    a.every((x, i) => x === b[i] || Math.abs(x - b[i]) <= TOLERANCE);
  let grid: MassGrid = { reach: (column?.edge ?? 1) * 2 ** MOST_PANELS, numPanels: MOST_PANELS };
  const right = massOn(grid);
  while (grid.numPanels > 1) {
    const shorter = { reach: grid.reach / 2, numPanels: grid.numPanels - 1 };
    if (!isNear(massOn(shorter), right)) break;
    grid = shorter;
  }
  while (grid.numPanels > 1) {
    const coarser = { ...grid, numPanels: grid.numPanels - 1 };
    if (!isNear(massOn(coarser), right)) break;
    grid = coarser;
  }
  return grid;
}

function columnOf(density: LayeredSpec, numConditions: number): ContinuousColumn | undefined {
  if (!hasCells(density)) {
    throw new PoolishError("a mass is summed over categories and at most one continuous column with a lower bound", {
      kind: "input",
      field: "normalise",
      remedy: "Declare the column's lower bound, or import the network without normalise.",
    });
  }
  const { continuous } = cellShape(density);
  const column = density.columns[continuous];
  const isEndFixed = column?.kind !== "continuous" || typeof column.upper === "number";
  if (numConditions === 0 && isEndFixed) return column?.kind === "continuous" ? column : undefined;
  throw new PoolishError(
    numConditions > 0
      ? "a network with conditions has no one mass at a row"
      : "the column ends at a bound that a parameter sets, which the grid does not follow",
    {
      kind: "input",
      field: "normalise",
      remedy: "Import the network without normalise.",
    },
  );
}
