import { enterColumn, type Parts, runTrunk } from "./parts.ts";

/** Overwrites logTerms[0 … numTerms) with the log-density of the terms that were set, at the rows that were set. */
export function evaluateColumns(parts: Parts, logTerms: Float64Array): void {
  const { branches, values, layer, inputs } = parts;
  const { numTerms } = inputs.size;
  logTerms.fill(0, 0, numTerms);
  runTrunk(parts);
  for (const { column, numeric, network, head } of branches) {
    if (numeric >= 0) enterColumn(parts, numeric);
    network.run();
    if (head.kind === "category" || head.kind === "count") {
      head.head.evaluate(values[column], logTerms);
      continue;
    }
    head.head.evaluate(layer.logScales[numeric], logTerms);
  }
}
