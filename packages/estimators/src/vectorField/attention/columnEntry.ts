import { columnsOf, type Kernels, type Matrix, matrixLength, rowsOf } from "@poolish/kernels";
import type { WeightBlocks } from "../../network/weightMemory.ts";
import type { Directions } from "../density/directions.ts";
import type { WeightsGoal } from "./attentionBlock.ts";
import type { TokenJet } from "./tokenJet.ts";

/** Terms in succession: rows of a matrix of term inputs, which begin with u and go on with what all tokens are given. */
export interface TermRange {
  readonly terms: Matrix;
  readonly first: number;
  readonly count: number;
}

/** The way u moves: column by column, in `directions`, or not at all. */
export type Movement = "none" | "columns" | Directions;

/** The tokens of terms before the first block: u_d · value_d + identity_d + shared inputs · W. */
export interface ColumnEntry {
  run(range: TermRange, movement: Movement, tokens: TokenJet): void;
  /** The gradients in weights, given the adjoint of the tokens. */
  backwardWeights(range: TermRange, adjoint: TokenJet, goal: Exclude<WeightsGoal, "none">): void;
  /** ADDS the gradient in u, row-major from `first` on, given the adjoint of the tokens. */
  pullback(range: TermRange, adjoint: TokenJet, uGradient: Float64Array): void;
}

/** Float32 elements that `createColumnEntry` allocates. */
export function columnEntryCapacity(width: number, maxTerms: number): number {
  return 2 * matrixLength(maxTerms, width);
}

export function createColumnEntry(
  kernels: Kernels,
  weights: WeightBlocks,
  prefix: string,
  maxTerms: number,
): ColumnEntry {
  const value = weights.matrix(`${prefix}.column.value`);
  const identity = weights.matrix(`${prefix}.column.identity`);
  const shared = weights.matrix(`${prefix}.column.shared`);
  const D = value.weights.rows;
  const width = value.weights.columns;
  const base = kernels.allocateMatrix(maxTerms, width);
  const baseAdjoint = kernels.allocateMatrix(maxTerms, width);
  const sharedOf = ({ terms, first, count }: TermRange): Matrix =>
    columnsOf(rowsOf(terms, first, count), D, shared.weights.rows);
  return {
    run(range, movement, tokens) {
      const { terms, first, count } = range;
      kernels.denseForward(sharedOf(range), shared.weights, null, "identity", null, base, count);
      const to = tokens.value.region.values;
      const { stride } = tokens.value.matrix;
      for (let token = 0; token < count * D; token++) {
        const d = token % D;
        const i = (token - d) / D;
        const u = terms.values[(first + i) * terms.stride + d];
        const from = d * value.weights.stride;
        for (let c = 0; c < width; c++) {
          const own = u * value.weights.values[from + c] + identity.weights.values[from + c];
          to[token * stride + c] = own + base.values[i * base.stride + c];
        }
      }
      if (movement === "columns") moveColumns(value.weights, tokens, count);
      else if (movement !== "none") moveAlong(value.weights, tokens, movement, first, count);
    },
    backwardWeights(range, adjoint, goal) {
      const { terms, first, count } = range;
      const from = adjoint.value.region.values;
      const { stride } = adjoint.value.matrix;
      const [values, identities] = [value.gradient, identity.gradient];
      if (goal === "overwrite") {
        values.values.fill(0);
        identities.values.fill(0);
      }
      baseAdjoint.values.fill(0, 0, count * baseAdjoint.stride);
      for (let token = 0; token < count * D; token++) {
        const d = token % D;
        const i = (token - d) / D;
        const u = terms.values[(first + i) * terms.stride + d];
        for (let c = 0; c < width; c++) {
          const own = from[token * stride + c];
          values.values[d * values.stride + c] += u * own;
          identities.values[d * identities.stride + c] += own;
          baseAdjoint.values[i * baseAdjoint.stride + c] += own;
        }
      }
      kernels.denseBackwardWeights(sharedOf(range), baseAdjoint, shared.gradient, null, count, goal);
    },
    pullback({ first, count }, adjoint, uGradient) {
      const from = adjoint.value.region.values;
      const { stride } = adjoint.value.matrix;
      for (let token = 0; token < count * D; token++) {
        const own = (token % D) * value.weights.stride;
        let sum = 0;
        for (let c = 0; c < width; c++) sum += from[token * stride + c] * value.weights.values[own + c];
        uGradient[first * D + token] += sum;
      }
    },
  };
}

/** Moving u_d moves the token of column d alone. */
function moveColumns({ values, stride, columns, rows: D }: Matrix, { tangents }: TokenJet, count: number): void {
  const to = tangents.region.values;
  const toStride = tangents.matrix.stride;
  to.fill(0, 0, D * count * D * toStride);
  for (let d = 0; d < D; d++) {
    for (let i = 0; i < count; i++) {
      const at = (d * count * D + i * D + d) * toStride;
      for (let c = 0; c < columns; c++) to[at + c] = values[d * stride + c];
    }
  }
}

/** Moving u along v moves the token of column d by v_d. */
function moveAlong(
  { values, stride, columns, rows: D }: Matrix,
  { tangents }: TokenJet,
  directions: Directions,
  first: number,
  count: number,
): void {
  const to = tangents.region.values;
  const toStride = tangents.matrix.stride;
  for (let k = 0; k < directions.count; k++) {
    for (let token = 0; token < count * D; token++) {
      const d = token % D;
      const v = directionAt(directions, k, first * D + token);
      const at = (k * count * D + token) * toStride;
      for (let c = 0; c < columns; c++) to[at + c] = v * values[d * stride + c];
    }
  }
}

/** Component `at`, counted term after term, of direction k. */
export function directionAt({ count, values }: Directions, k: number, at: number): number {
  return values[(k * values.length) / count + at];
}
