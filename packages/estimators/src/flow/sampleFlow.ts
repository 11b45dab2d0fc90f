import type { Rng } from "@poolish/core";
import type { Matrix } from "@poolish/kernels";
import { standardNormal } from "@poolish/math";
import type { FlowParts } from "./flowParts.ts";

/**
 * Overwrites columns[c][0 … numTerms) with draws at the rows and conditions that were set: normals, from which the transforms
 * are undone, the last first, each column by column in its order.
 */
export function sampleFlow(
  rng: Rng,
  { spec, steps, normal, inputs }: FlowParts,
  columns: readonly Float64Array[],
): void {
  const { numTerms } = inputs.size;
  if (numTerms === 0) return;
  for (let i = 0; i < numTerms; i++) {
    for (let c = 0; c < columns.length; c++) normal.values[i * normal.stride + c] = standardNormal(rng);
  }
  for (let k = steps.length - 1; k >= 0; k--) {
    const { x, network, transform } = steps[k];
    clearColumns(x, columns.length, numTerms);
    for (const c of spec.orders[k]) {
      network.run();
      transform.invertColumn(c, numTerms);
    }
  }
  const { values, stride } = inputs.terms;
  for (let c = 0; c < columns.length; c++) {
    for (let i = 0; i < numTerms; i++) columns[c][i] = values[i * stride + c];
  }
}

/** A mask multiplies what is not yet drawn by 0: it must be finite. */
function clearColumns({ values, stride }: Matrix, numColumns: number, numTerms: number): void {
  for (let i = 0; i < numTerms; i++) values.fill(0, i * stride, i * stride + numColumns);
}
