import { describeSupport, isOnSupport, PoolishError } from "@poolish/core";
import { requireCounts } from "@poolish/estimators";
import { columnOf, type Simulations } from "./simulations.ts";

/** Fewer simulations than this cannot tell a density from its noise. */
const FEWEST_SIMULATIONS = 200;

/**
 * @param isGiven whether x is what an estimator conditions on: then a column that is constant or that of another one does
 * no harm, as long as not all are constant.
 * @throws PoolishError for simulations that cannot be learned from: their number, their values, columns that say nothing.
 */
export function requireLearnable(simulations: Simulations, isGiven = false): void {
  const { columns, count, x } = simulations;
  if (columns.length === 0) refuse("columns", "the simulations have no column", "Simulate one column or more.");
  if (count < FEWEST_SIMULATIONS) {
    refuse("count", `${count} simulations are too few to learn from`, `Simulate at least ${FEWEST_SIMULATIONS}.`);
  }
  requireThetaOnSupport(simulations);
  const values = columns.map((_, c) => columnOf(x, columns.length, c));
  columns.forEach(({ name, kind }, c) => {
    if (kind === "count") requireCounts(name, values[c]);
  });
  const constant = constantColumns(simulations);
  if (constant.length === columns.length || (constant.length > 0 && !isGiven)) {
    const [c] = constant;
    const remedy = "Leave the column out, widen the prior or look for a fault in the simulator.";
    refuse(columns[c].name, `every simulation gave ${values[c][0]}`, remedy);
  }
  if (!isGiven) requireDistinctColumns(simulations, values);
  requireFiniteConditions(simulations);
}

/** The columns that have one value in all simulations. */
export function constantColumns({ columns, x }: Simulations): number[] {
  const width = columns.length;
  return columns.flatMap((_, c) => {
    for (let at = c + width; at < x.length; at += width) if (x[at] !== x[c]) return [];
    return [c];
  });
}

function requireFiniteConditions({ conditions, conditionValues }: Simulations): void {
  const fault = conditionValues.findIndex((value) => !Number.isFinite(value));
  if (fault < 0) return;
  const width = conditions.length;
  throw new PoolishError(`the condition is ${conditionValues[fault]}`, {
    kind: "input",
    field: conditions[fault % width].name,
    row: Math.floor(fault / width),
    remedy: "Leave the simulation out, or simulate again.",
  });
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}

/** What `simulate` draws is on its support; what was made or edited by hand may not be. */
function requireThetaOnSupport({ parameters, theta, count }: Simulations): void {
  const width = parameters.length;
  for (let row = 0; row < count; row++) {
    for (let p = 0; p < width; p++) {
      const { name, support } = parameters[p];
      const value = theta[row * width + p];
      if (isOnSupport(support, value)) continue;
      throw new PoolishError(`${value} is not ${describeSupport(support)}`, {
        kind: "input",
        field: name,
        row,
        remedy: "Leave the simulation out, or simulate again.",
      });
    }
  }
}

/** Correlations nearer to ±1 than this are those of a column with itself, rounded. */
const SAME = 1e-12;

/** Two columns that determine each other have no density: it would rise without end. */
function requireDistinctColumns({ columns }: Simulations, values: readonly Float64Array[]): void {
  const numbers = columns.flatMap(({ kind }, c) => (kind === "continuous" ? [c] : []));
  const standardized = new Map(numbers.map((c) => [c, standardize(values[c])]));
  numbers.forEach((a, i) => {
    for (const b of numbers.slice(i + 1)) {
      if (1 - Math.abs(correlation(standardized.get(a), standardized.get(b))) > SAME) continue;
      const message = `the column is that of ${columns[a].name}, shifted or scaled, in every simulation`;
      refuse(columns[b].name, message, "Leave one of the two out.");
    }
  });
}

function standardize(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.map((value) => (value - mean) / Math.sqrt(squares));
}

function correlation(a: Float64Array = new Float64Array(0), b: Float64Array = new Float64Array(0)): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
