import { type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import { allocateWhole, type WholeMatrix } from "../../network/hiddenLayers.ts";
import type { JetLayer } from "./jetLayers.ts";

/** Buffers of the way back through the layers. */
export interface JetAdjoints {
  readonly output: Matrix;
  /** Of each layer. */
  readonly value: readonly WholeMatrix[];
  readonly tangent: readonly WholeMatrix[];
  readonly argument: readonly WholeMatrix[];
  readonly argumentTangent: readonly WholeMatrix[];
  readonly termGradient: Matrix;
}

/** The width of each buffer that layers share. */
function adjointWidths(hidden: readonly number[]): number[] {
  return [...new Set(hidden.map((width, k) => `${width} ${k % 2}`))].map((key) => Number.parseInt(key, 10));
}

/** Layers share their buffers by turns: one is read while the one below is written. */
export function createJetAdjoints(
  kernels: Kernels,
  hidden: readonly number[],
  maxTerms: number,
  D: number,
  numTermInputs: number,
): JetAdjoints {
  const byWidth = (rows: number): WholeMatrix[] => {
    const made = new Map<string, WholeMatrix>();
    return hidden.map((width, k) => {
      const key = `${width} ${k % 2}`;
      const known = made.get(key) ?? allocateWhole(kernels, rows, width);
      made.set(key, known);
      return known;
    });
  };
  return {
    output: kernels.allocateMatrix(maxTerms, D),
    value: byWidth(maxTerms),
    tangent: byWidth(maxTerms * D),
    argument: byWidth(maxTerms),
    argumentTangent: byWidth(maxTerms * D),
    termGradient: kernels.allocateMatrix(maxTerms, numTermInputs),
  };
}

/** Float32 elements that `createJetAdjoints` allocates. */
export function jetAdjointsCapacity(
  hidden: readonly number[],
  maxTerms: number,
  D: number,
  numTermInputs: number,
): number {
  const layers = adjointWidths(hidden).reduce(
    (sum, width) => sum + 2 * (matrixLength(maxTerms, width) + matrixLength(maxTerms * D, width)),
    0,
  );
  return layers + matrixLength(maxTerms, D) + matrixLength(maxTerms, numTermInputs);
}

/** The adjoint of the last layer's tangents: each direction's output counts once, in its own column. */
export function seedTangents(
  { region, matrix }: WholeMatrix,
  weights: Matrix,
  adjoint: Float64Array,
  n: number,
  D: number,
): void {
  for (let d = 0; d < D; d++) {
    for (let i = 0; i < n; i++) {
      const at = (d * n + i) * matrix.stride;
      for (let h = 0; h < weights.rows; h++)
        region.values[at + h] = adjoint[i] * weights.values[h * weights.stride + d];
    }
  }
}

/** From the adjoints of a layer's value and tangents to those of its arguments and their tangents. */
export function splitAdjoints(
  { slope, curvature, argumentTangent: forward }: JetLayer,
  value: WholeMatrix,
  tangent: WholeMatrix,
  argument: WholeMatrix,
  argumentTangent: WholeMatrix,
  n: number,
  D: number,
): void {
  const size = n * value.matrix.stride;
  const da = argument.region.values;
  const dTangent = tangent.region.values;
  const dArgumentTangent = argumentTangent.region.values;
  const speed = forward.region.values;
  const dy = value.region.values;
  for (let i = 0; i < size; i++) da[i] = slope[i] * dy[i];
  for (let d = 0; d < D; d++) {
    const at = d * size;
    for (let i = 0; i < size; i++) {
      dArgumentTangent[at + i] = slope[i] * dTangent[at + i];
      da[i] += curvature[i] * speed[at + i] * dTangent[at + i];
    }
  }
}
