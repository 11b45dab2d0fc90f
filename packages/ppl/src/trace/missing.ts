import { PoolishError } from "@poolish/core";
import type { ObserveOptions } from "../model/model.ts";
import type { ModelBuilder } from "./modelBuilder.ts";

/** Observed numbers, `width` to a row. */
interface ObservedColumn {
  readonly values: Float64Array;
  readonly width: number;
}

const LISTED_ROWS = 5;

/**
 * The rows in which nothing is missing (NaN), or undefined where that is all of them. Leaves a notice with the count.
 * @throws PoolishError naming the first row with a NaN, unless the site declares them missing at random; and when no row
 * is left.
 */
export function completeRows(
  builder: ModelBuilder,
  site: string,
  columns: readonly ObservedColumn[],
  { missing }: ObserveOptions,
): Int32Array | undefined {
  const numRows = columns[0].values.length / columns[0].width;
  const isMissing = new Uint8Array(numRows);
  for (const { values, width } of columns) {
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) isMissing[Math.floor(i / width)] = 1;
  }
  const missingRows = Array.from(isMissing.keys()).filter((row) => isMissing[row] === 1);
  if (missingRows.length === 0) return undefined;
  if (missing !== "at random" || missingRows.length === numRows) refuse(site, missingRows, numRows);
  builder.notices.push(
    `${missingRows.length} of ${numRows} observations of ${site} are missing (${listRows(missingRows)}) and were left out as missing at random.`,
  );
  return Int32Array.from(isMissing.keys()).filter((row) => isMissing[row] === 0);
}

/** "row 3", "rows 1, 4, 5, 9, 12, …": the first few of them. */
export function listRows(rows: readonly number[]): string {
  const listed = rows.slice(0, LISTED_ROWS).join(", ");
  return `${rows.length === 1 ? "row" : "rows"} ${listed}${rows.length > LISTED_ROWS ? ", …" : ""}`;
}

function refuse(site: string, missingRows: readonly number[], numRows: number): never {
  const isAll = missingRows.length === numRows;
  throw new PoolishError(
    isAll
      ? "all observations are missing (NaN)"
      : `${missingRows.length} of ${numRows} observations are missing (NaN), the first`,
    {
      kind: "input",
      field: site,
      row: missingRows[0],
      remedy: isAll
        ? "Pass data, or leave out this site."
        : 'Correct the rows, or declare them with observe(name, distribution, data, { missing: "at random" }), which leaves them out.',
    },
  );
}
