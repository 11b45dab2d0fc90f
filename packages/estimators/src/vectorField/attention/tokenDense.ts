import type { Accumulation, Kernels } from "@poolish/kernels";
import type { WeightBlocks } from "../../network/weightMemory.ts";
import type { JetSize, TokenJet } from "./tokenJet.ts";

/** A dense layer that all tokens share: y = x·W + b, and its tangents. */
export interface TokenDense {
  /** To be called when weights have changed. */
  refresh(): void;
  run(x: TokenJet, y: TokenJet, size: JetSize): void;
  /** Overwrites dx. */
  backwardInput(dy: TokenJet, dx: TokenJet, size: JetSize): void;
  /** The gradient in the weights, of values alone. */
  backwardWeights(x: TokenJet, dy: TokenJet, numTokens: number, accumulation: Accumulation): void;
}

/** The layer `name.weight`, `name.bias` of `blocks`. */
export function createTokenDense(kernels: Kernels, blocks: WeightBlocks, name: string): TokenDense {
  const { weights, gradient } = blocks.matrix(`${name}.weight`);
  const bias = blocks.bias(`${name}.bias`);
  const transposed = kernels.allocateMatrix(weights.columns, weights.rows);
  return {
    refresh: () => kernels.transposeMatrix(weights, transposed),
    run(x, y, { numTokens, numDirections }) {
      kernels.denseForward(x.value.matrix, weights, bias.weights, "identity", null, y.value.matrix, numTokens);
      if (numDirections === 0) return;
      const count = numTokens * numDirections;
      kernels.denseForward(x.tangents.matrix, weights, null, "identity", null, y.tangents.matrix, count);
    },
    backwardInput(dy, dx, { numTokens, numDirections }) {
      kernels.denseBackwardInput(dy.value.matrix, transposed, dx.value.matrix, numTokens, "overwrite");
      if (numDirections === 0) return;
      const count = numTokens * numDirections;
      kernels.denseBackwardInput(dy.tangents.matrix, transposed, dx.tangents.matrix, count, "overwrite");
    },
    backwardWeights(x, dy, numTokens, accumulation) {
      kernels.denseBackwardWeights(x.value.matrix, dy.value.matrix, gradient, bias.gradient, numTokens, accumulation);
    },
  };
}
