import type { Rng } from "@poolish/core";
import { countAt } from "../count/countScale.ts";
import type { Branch } from "./branch.ts";
import { countMiddle } from "./countHead.ts";
import { enterColumn, type Parts, runTrunk, writeCategories } from "./parts.ts";

/**
 * Overwrites columns[c][0 … numTerms) with draws, one column after another given those before it, at the rows and
 * conditions that were set.
 */
export function sampleColumns(rng: Rng, parts: Parts, columns: readonly Float64Array[]): void {
  const { spec, branches, inputs } = parts;
  for (const { head, network, column } of branches) {
    if (head.kind !== "category") continue;
    // Networks read the indicators of the categories before theirs alone.
    network.run();
    head.head.sample(rng, columns[column]);
    writeCategories(spec, columns, inputs);
  }
  runTrunk(parts);
  for (const branch of branches) if (branch.numeric >= 0) drawNumber(rng, parts, branch, columns[branch.column]);
}

function drawNumber(rng: Rng, parts: Parts, { head, numeric, encoded, network }: Branch, out: Float64Array): void {
  if (head.kind === "category") return;
  const { layer, standardized, inputs } = parts;
  const y = standardized[numeric];
  network.run();
  head.head.sample(rng, y);
  layer.place(numeric, y, y);
  for (let i = 0; i < inputs.size.numTerms; i++) {
    out[i] = encoded.kind === "count" ? countAt(encoded.scale, y[i]) : y[i];
    if (encoded.kind === "count") y[i] = countMiddle(encoded.scale, out[i]);
  }
  enterColumn(parts, numeric);
}
