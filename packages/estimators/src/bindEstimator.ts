import type { BoundLikelihood, Columns } from "@poolish/core";
import { bindTerms } from "./bindTerms.ts";
import { encodedColumns } from "./density/densitySpec.ts";
import type { EstimatorSpec } from "./estimatorSpec.ts";
import { createFrozenDensity } from "./frozenDensity.ts";

/** Ties the frozen density to data. Owns its buffers; evaluation allocates nothing. */
export function bindEstimator(
  spec: EstimatorSpec,
  weights: Float32Array,
  data: Columns,
  row: Int32Array,
  numRows: number,
): BoundLikelihood {
  const create = (maxRows: number, maxTerms: number) => createFrozenDensity(spec, weights, maxRows, maxTerms);
  // A single column without conditions brings nothing to the networks.
  const isPerRow = spec.columns.length === 1 && spec.conditions.length === 0;
  const isTiled = spec.density.kind === "layered";
  const bindable = { ...spec, encoded: encodedColumns(spec.density), isDensity: true, isPerRow, isTiled, create };
  return bindTerms(bindable, data, row, numRows);
}
