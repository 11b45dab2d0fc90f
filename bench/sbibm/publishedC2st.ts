import { readFile } from "node:fs/promises";

/** A published mean C2ST over the ten observations of a task. */
export interface PublishedC2st {
  readonly algorithm: string;
  readonly mean: number;
}

const ALGORITHMS = ["NLE", "SNLE", "NPE", "NRE"];

/** The published means of a task at `numSimulations`; none where the file is absent. */
export async function publishedC2st(path: string, task: string, numSimulations: number): Promise<PublishedC2st[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const [header, ...lines] = text.trim().split("\n");
  const names = header.split(",");
  const cell = (line: string, name: string): string => line.split(",")[names.indexOf(name)];
  return ALGORITHMS.flatMap((algorithm) => {
    const own = lines.find(
      (line) =>
        cell(line, "task") === task &&
        cell(line, "algorithm") === algorithm &&
        Number(cell(line, "num_simulations")) === numSimulations,
    );
    return own === undefined ? [] : [{ algorithm, mean: Number(cell(own, "mean_c2st")) }];
  });
}
