import { PoolishError, type Rng } from "@poolish/core";
import { boundAt, type ContinuousColumn } from "../columns/continuousColumn.ts";
import type { LayeredNetwork } from "./layeredNetwork.ts";
import type { LayeredSpec } from "./layeredSpec.ts";
import { gridFrom } from "./panels.ts";

/** Where draws are wanted. Features are the parameters themselves: an imported network has no transforms. */
export interface LayeredDraws {
  readonly features: Float64Array;
  readonly numTerms: number;
  readonly rowOfTerm: Int32Array;
  /** numTerms × numConditions. */
  readonly conditions: Float64Array;
}

/**
 * Overwrites columns with draws by inversion: at most one continuous column, bounded below, on a grid that is the finer the
 * nearer to its bound (see `gridFrom`), its density linear in between; and categories.
 * @throws PoolishError for other columns.
 */
export function sampleLayered(
  spec: LayeredSpec,
  network: LayeredNetwork,
  rng: Rng,
  draws: LayeredDraws,
  columns: readonly Float64Array[],
): void {
  const shape = cellShape(spec);
  const { numFeatures, numConditions } = spec;
  let last = -1;
  let table: CellTable | undefined;
  for (let i = 0; i < draws.numTerms; i++) {
    const at = { row: draws.rowOfTerm[i] * numFeatures, condition: i * numConditions };
    const isSame =
      last >= 0 &&
      equalRuns(draws.features, draws.rowOfTerm[last] * numFeatures, at.row, numFeatures) &&
      equalRuns(draws.conditions, last * numConditions, at.condition, numConditions);
    if (!isSame || table === undefined) table = tabulate(spec, network, shape, draws, at);
    last = i;
    drawCell(rng, spec, shape, table, columns, i);
  }
}

function equalRuns(values: Float64Array, a: number, b: number, length: number): boolean {
  if (a === b) return true;
  for (let k = 0; k < length; k++) if (values[a + k] !== values[b + k]) return false;
  return true;
}

/** Every combination of the categories' codes, and which column is continuous (−1 for none). */
interface CellShape {
  readonly continuous: number;
  readonly codes: readonly (readonly number[])[];
}

/** Whether all columns are categories, but for at most one that is continuous and has a lower bound. */
export function hasCells({ columns }: LayeredSpec): boolean {
  const others = columns.filter(({ kind }) => kind !== "category");
  return others.length < 2 && others.every((column) => column.kind === "continuous" && column.lower !== -Infinity);
}

/** Which column is integrated, over which combinations of categories. @throws PoolishError where that is not enough. */
export function cellShape(spec: LayeredSpec): CellShape {
  const { columns } = spec;
  const continuous = columns.findIndex(({ kind }) => kind === "continuous");
  if (!hasCells(spec)) {
    throw new PoolishError(
      "a network of this kind is sampled over one continuous column with a lower bound, and categories",
      {
        kind: "input",
        field: "columns",
        remedy: "Declare the column's lower bound, or draw from the simulator.",
      },
    );
  }
  let codes: number[][] = [[]];
  for (const each of columns) {
    const numCodes = each.kind === "category" ? each.values.length : 1;
    codes = codes.flatMap((before) => Array.from({ length: numCodes }, (_, code) => [...before, code]));
  }
  return { continuous, codes };
}

/** Densities at all points of all combinations, and their cumulative masses by cell. */
interface CellTable {
  readonly points: Float64Array;
  readonly densities: Float64Array;
  readonly cumulative: Float64Array;
}

function tabulate(
  spec: LayeredSpec,
  network: LayeredNetwork,
  { continuous, codes }: CellShape,
  { features, conditions }: LayeredDraws,
  at: { readonly row: number; readonly condition: number },
): CellTable {
  const points = continuous < 0 ? new Float64Array(1) : pointsOf(spec.columns[continuous], features, at.row);
  const numCells = Math.max(1, points.length - 1);
  const densities = new Float64Array(codes.length * points.length);
  for (let f = 0; f < spec.numFeatures; f++) network.rows.values[f] = features[at.row + f];
  const { values, stride, rows: maxTerms } = network.terms;
  network.rowOf.values.fill(0);
  for (let start = 0; start < densities.length; start += maxTerms) {
    const count = Math.min(maxTerms, densities.length - start);
    for (let i = 0; i < count; i++) {
      const combination = codes[Math.floor((start + i) / points.length)];
      for (let k = 0; k < spec.numConditions; k++) values[i * stride + k] = conditions[at.condition + k];
      spec.columns.forEach((column, c) => {
        const value = column.kind === "category" ? column.values[combination[c]] : points[(start + i) % points.length];
        values[i * stride + spec.numConditions + c] = value;
      });
    }
    network.run(1, count, densities.subarray(start, start + count), false);
  }
  const largest = densities.reduce((a, b) => Math.max(a, b), -Infinity);
  for (let i = 0; i < densities.length; i++) densities[i] = Math.exp(densities[i] - largest);
  const cumulative = new Float64Array(codes.length * numCells);
  let total = 0;
  for (let cell = 0; cell < cumulative.length; cell++) {
    const i = Math.floor(cell / numCells) * points.length + (cell % numCells);
    const k = cell % numCells;
    const isPoint = points.length === 1;
    total += isPoint ? densities[i] : 0.5 * (densities[i] + densities[i + 1]) * (points[k + 1] - points[k]);
    cumulative[cell] = total;
  }
  return { points, densities, cumulative };
}

function pointsOf(column: LayeredSpec["columns"][number], theta: Float64Array, row: number): Float64Array {
  const { lower, upper, edge } = column as ContinuousColumn;
  return gridFrom(boundAt(lower, theta, row), boundAt(upper, theta, row), edge).points;
}

function drawCell(
  rng: Rng,
  { columns: specs }: LayeredSpec,
  { continuous, codes }: CellShape,
  { points, densities, cumulative }: CellTable,
  columns: readonly Float64Array[],
  i: number,
): void {
  const target = rng.uniform() * cumulative[cumulative.length - 1];
  const cell = Math.min(cumulative.length - 1, firstAbove(cumulative, target));
  const numCells = cumulative.length / codes.length;
  const combination = Math.floor(cell / numCells);
  specs.forEach(({ kind }, c) => {
    if (kind === "category") columns[c][i] = codes[combination][c];
  });
  if (continuous < 0) return;
  const k = cell % numCells;
  const from = combination * points.length + k;
  const share = fractionOf(densities[from], densities[from + 1], rng.uniform());
  columns[continuous][i] = points[k] + share * (points[k + 1] - points[k]);
}

/** The first index whose entry is above `target`, in rising entries. */
function firstAbove(rising: Float64Array, target: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The quantile `u` of a density on (0, 1) that goes linearly from `a` to `b`. */
function fractionOf(a: number, b: number, u: number): number {
  const end = a + b;
  if (Math.abs(b - a) < 1e-9 * end) return u;
  return (-a + Math.sqrt(a * a + u * (b - a) * end)) / (b - a);
}
