import { join } from "node:path";
import { type OnProgress, PoolishError } from "@poolish/core";
import type { Fit } from "@poolish/inference";
import type { Table } from "@poolish/io";
import { terminalProgress, withStagedFolder, writeFileAtomic } from "@poolish/io/node";
import { standardNormalQuantile } from "@poolish/math";
import type { IntervalEstimate } from "@poolish/report";
import { formatTable } from "../factories/comparisonTable.ts";

/** Runs an example with a progress bar, in a folder out/NAME that appears when all is done; prints errors in a line. */
export function runExample(name: string, work: (folder: string, onProgress: OnProgress) => Promise<void>): void {
  const target = join("out", name);
  const start = performance.now();
  withStagedFolder(target, (folder) => work(folder, terminalProgress(process.stderr)))
    .then(() => console.log(`Wrote ${target} in ${((performance.now() - start) / 1000).toFixed(1)} s.`))
    .catch((error: unknown) => {
      console.error(error instanceof PoolishError ? `${error.name}: ${error.message}` : error);
      process.exitCode = 1;
    });
}

/** Prints the summary of the scalars that `shows` chooses, diagnostics and notices; writes the pictures as SVG. */
export async function reportExample(
  folder: string,
  fit: Fit,
  pictures: Readonly<Record<string, string>>,
  shows: (name: string) => boolean = () => true,
): Promise<void> {
  for (const [name, svg] of Object.entries(pictures)) await writeFileAtomic(join(folder, `${name}.svg`), svg);
  const columns = ["", "mean", "sd", "mcse", "5 %", "95 %", "bulk ESS", "tail ESS", "R-hat"];
  const rows = fit
    .summary()
    .filter(({ name }) => shows(name))
    .map(({ name, mean, sd, mcse, q5, q95, essBulk, essTail, rHat }) => [
      name,
      ...[mean, sd, mcse, q5, q95].map((value) => value.toFixed(3)),
      essBulk.toFixed(0),
      essTail.toFixed(0),
      rHat.toFixed(4),
    ]);
  console.log(`\n${formatTable(columns, rows)}\n`);
  const { divergences, numGradients } = fit.diagnostics();
  console.log(`${divergences} divergences; ${numGradients} gradients.`);
  for (const notice of fit.notices()) console.log(notice);
}

/** Mean and central 90 % interval of one scalar of a fit. */
export function intervalOf(fit: Fit, name: string): IntervalEstimate {
  const found = fit.summary().find((row) => row.name === name);
  if (found === undefined) throw new Error(`no summary of ${name}`);
  return { mean: found.mean, lower: found.q5, upper: found.q95 };
}

/** An estimate with a normal error as mean and central 90 % interval. */
export function normalInterval(mean: number, standardError: number): IntervalEstimate {
  const half = standardNormalQuantile(0.95) * standardError;
  return { mean, lower: mean - half, upper: mean + half };
}

/** A column of labels. @throws Error when the table has none of that name. */
export function textColumn(table: Table, name: string): string[] {
  const column = table.columns[name];
  if (column === undefined) throw new Error(`no column ${name}`);
  return Array.from(column, String);
}
