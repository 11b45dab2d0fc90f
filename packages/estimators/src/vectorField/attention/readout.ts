import type { Matrix } from "@poolish/kernels";
import type { WeightBlocks } from "../../network/weightMemory.ts";
import type { WeightsGoal } from "./attentionBlock.ts";
import { directionAt, type Movement, type TermRange } from "./columnEntry.ts";
import type { TokenJet } from "./tokenJet.ts";

/** How u turns, read from the token of each column after the last block: one linear function for all. */
export interface Readout {
  /** Writes the rows of the range. */
  values(tokens: TokenJet, range: TermRange, outputs: Matrix): void;
  /** Overwrites the divergence of the terms of the range: Σ_d of what column d says when u_d moves, or the mean over directions. */
  divergence(tokens: TokenJet, range: TermRange, movement: Movement, divergence: Float64Array): void;
  /** Overwrites the tokens' adjoint, given that of the outputs; and of their tangents, given that of the divergence, if any. */
  adjoint(
    outputAdjoint: Matrix,
    divergenceAdjoint: Float64Array | undefined,
    range: TermRange,
    adjoint: TokenJet,
  ): void;
  /** The gradient in weights. */
  backwardWeights(tokens: TokenJet, outputAdjoint: Matrix, range: TermRange, goal: Exclude<WeightsGoal, "none">): void;
}

export function createReadout(blocks: WeightBlocks, prefix: string, width: number, D: number): Readout {
  const weight = blocks.bias(`${prefix}.readout.weight`);
  const bias = blocks.bias(`${prefix}.readout.bias`);
  const w = weight.weights.values;
  const dot = (values: Float32Array, at: number): number => {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += values[at + c] * w[c];
    return sum;
  };
  return {
    values({ value }, { first, count }, outputs) {
      const { stride } = value.matrix;
      for (let i = 0; i < count; i++) {
        const to = (first + i) * outputs.stride;
        for (let d = 0; d < D; d++) {
          outputs.values[to + d] = dot(value.region.values, (i * D + d) * stride) + bias.weights.values[0];
        }
      }
    },
    divergence({ tangents }, { first, count }, movement, divergence) {
      divergence.fill(0, first, first + count);
      if (movement === "none") return;
      const isExact = movement === "columns";
      const numDirections = isExact ? D : movement.count;
      const { stride } = tangents.matrix;
      for (let k = 0; k < numDirections; k++) {
        for (let i = 0; i < count; i++) {
          for (let d = isExact ? k : 0; d < (isExact ? k + 1 : D); d++) {
            const share = isExact ? 1 : directionAt(movement, k, (first + i) * D + d) / numDirections;
            const at = (k * count * D + i * D + d) * stride;
            divergence[first + i] += share * dot(tangents.region.values, at);
          }
        }
      }
    },
    adjoint(outputAdjoint, divergenceAdjoint, { first, count }, { value, tangents }) {
      const { stride } = value.matrix;
      const to = value.region.values;
      const moved = tangents.region.values;
      if (divergenceAdjoint !== undefined) moved.fill(0, 0, D * count * D * stride);
      for (let i = 0; i < count; i++) {
        for (let d = 0; d < D; d++) {
          const at = (i * D + d) * stride;
          const given = outputAdjoint.values[(first + i) * outputAdjoint.stride + d];
          for (let c = 0; c < width; c++) to[at + c] = given * w[c];
          if (divergenceAdjoint === undefined) continue;
          const own = d * count * D * stride + at;
          for (let c = 0; c < width; c++) moved[own + c] = divergenceAdjoint[first + i] * w[c];
        }
      }
    },
    backwardWeights({ value }, outputAdjoint, { first, count }, goal) {
      const gradient = weight.gradient.values;
      const { stride } = value.matrix;
      if (goal === "overwrite") {
        gradient.fill(0);
        bias.gradient.values.fill(0);
      }
      for (let i = 0; i < count; i++) {
        for (let d = 0; d < D; d++) {
          const given = outputAdjoint.values[(first + i) * outputAdjoint.stride + d];
          const at = (i * D + d) * stride;
          for (let c = 0; c < width; c++) gradient[c] += given * value.region.values[at + c];
          bias.gradient.values[0] += given;
        }
      }
    },
  };
}
