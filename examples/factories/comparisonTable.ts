import type { Fit } from "@poolish/inference";
import type { Moments } from "@poolish/testkit";

export const COMPARISON_COLUMNS = ["", "exact mean", "exact sd", "mean", "sd", "error / sd", "bulk ESS", "R-hat"];

/** One row a parameter: exact against learned, and whether the chains can be trusted. */
export function comparisonRows(fit: Fit, exact: ReadonlyMap<string, Moments>): string[][] {
  return fit.summary().map(({ name, mean, sd, essBulk, rHat }) => {
    const truth = exact.get(name);
    if (truth === undefined) throw new Error(`no exact answer for ${name}`);
    const error = (mean - truth.mean) / truth.sd;
    return [
      name,
      truth.mean.toFixed(3),
      truth.sd.toFixed(3),
      mean.toFixed(3),
      sd.toFixed(3),
      error.toFixed(3),
      essBulk.toFixed(0),
      rHat.toFixed(4),
    ];
  });
}

/** Columns of equal width, the first to the left, numbers to the right. */
export function formatTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((title, c) => Math.max(title.length, ...rows.map((row) => row[c].length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join("  ");
  return [line(columns), widths.map((width) => "─".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}
