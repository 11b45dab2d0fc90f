import {
  fitObservationInputs,
  type ObservationInput,
  type ObservationSpec,
  writeObservationInputs,
} from "@poolish/estimators";
import { rowsOf } from "../plan/rowsOf.ts";
import { columnOf, firstTrials, type Simulations, trialsOf } from "../simulations.ts";

/** Observations of simulations as networks read them: the columns of x, known conditions behind them. */
export interface ObservedInputs extends Pick<ObservationSpec, "columns" | "inputs"> {
  /** One row a simulation, or a trial of it: as many numbers as there are inputs. */
  readonly values: Float64Array;
  /** The first row of each simulation, and the number of rows behind the last. */
  readonly first: Int32Array;
}

/** How networks shall see x and conditions, measured on the simulations `training`; and all of them as they are seen. */
export function fitObservations(simulations: Simulations, training: Int32Array): ObservedInputs {
  const specs = [...simulations.columns, ...simulations.conditions];
  const width = specs.length;
  const rows = observedRows(simulations);
  const numRows = rows.length / width;
  const trainingRows = rowsOf(rows, width, trialsOf(simulations, training));
  const columns = specs.map((column, c) => {
    if (column.kind !== "category") return column;
    // A category that only the held-out simulations show is a category all the same.
    const categories = [...new Set(columnOf(rows, width, c))].sort((a, b) => a - b);
    return { ...column, categories };
  });
  const inputs = columns.flatMap((column, c): ObservationInput[] => {
    const values = columnOf(column.kind === "category" ? rows : trainingRows, width, c);
    return fitObservationInputs(column, c, values);
  });
  const values = new Float64Array(numRows * inputs.length);
  writeObservationInputs(inputs, rows, width, numRows, values);
  return { columns, inputs, values, first: firstTrials(simulations) };
}

function observedRows({ x, conditionValues, columns, conditions }: Simulations): Float64Array {
  if (conditions.length === 0) return x;
  const width = columns.length + conditions.length;
  const numRows = x.length / columns.length;
  const rows = new Float64Array(numRows * width);
  for (let r = 0; r < numRows; r++) {
    rows.set(x.subarray(r * columns.length, (r + 1) * columns.length), r * width);
    rows.set(conditionValues.subarray(r * conditions.length, (r + 1) * conditions.length), r * width + columns.length);
  }
  return rows;
}
