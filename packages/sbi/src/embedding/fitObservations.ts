import {
  fitObservationInputs,
  type ObservationInput,
  type ObservationSpec,
  writeObservationInputs,
} from "@poolish/estimators";
import { rowsOf } from "../plan/rowsOf.ts";
import { columnOf, type Simulations } from "../simulations.ts";

/** Observations by row as networks read them: the columns of x, known conditions behind them. */
export interface ObservedInputs extends Pick<ObservationSpec, "columns" | "inputs"> {
  /** One row a simulation, or a trial: as many numbers as there are inputs. */
  readonly values: Float64Array;
}

/** How networks shall see x and conditions, measured on the simulations `training`; and all of them as they are seen. */
export function fitObservations(simulations: Simulations, training: Int32Array): ObservedInputs {
  const { conditions, count } = simulations;
  const specs = [...simulations.columns, ...conditions];
  const rows = observedRows(simulations);
  const trainingRows = rowsOf(rows, specs.length, training);
  const columns = specs.map((column, c) => {
    if (column.kind !== "category") return column;
    // A category that only the held-out simulations show is a category all the same.
    const categories = [...new Set(columnOf(rows, specs.length, c))].sort((a, b) => a - b);
    return { ...column, categories };
  });
  const inputs = columns.flatMap((column, c): ObservationInput[] => {
    const values = columnOf(column.kind === "category" ? rows : trainingRows, specs.length, c);
    return fitObservationInputs(column, c, values);
  });
  const values = new Float64Array(count * inputs.length);
  writeObservationInputs(inputs, rows, specs.length, count, values);
  return { columns, inputs, values };
}

function observedRows({ x, conditionValues, columns, conditions, count }: Simulations): Float64Array {
  if (conditions.length === 0) return x;
  const width = columns.length + conditions.length;
  const rows = new Float64Array(count * width);
  for (let r = 0; r < count; r++) {
    rows.set(x.subarray(r * columns.length, (r + 1) * columns.length), r * width);
    rows.set(conditionValues.subarray(r * conditions.length, (r + 1) * conditions.length), r * width + columns.length);
  }
  return rows;
}
