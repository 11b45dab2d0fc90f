import { type Kernels, matrixLength } from "@poolish/kernels";
import { allocateWhole, type WholeMatrix } from "../../network/hiddenLayers.ts";

/** Tokens as rows, and their tangents: direction after direction, each as many rows as there are tokens. */
export interface TokenJet {
  readonly value: WholeMatrix;
  readonly tangents: WholeMatrix;
}

/** How many tokens and directions are in use, or may be. */
export interface JetSize {
  numTokens: number;
  /** 0 where only values are wanted. */
  numDirections: number;
}

function tangentRows({ numTokens, numDirections }: JetSize): number {
  return Math.max(1, numTokens * numDirections);
}

/** Float32 elements that `allocateTokenJet` takes. */
export function tokenJetCapacity(most: JetSize, width: number): number {
  return matrixLength(most.numTokens, width) + matrixLength(tangentRows(most), width);
}

export function allocateTokenJet(kernels: Kernels, most: JetSize, width: number): TokenJet {
  return {
    value: allocateWhole(kernels, most.numTokens, width),
    tangents: allocateWhole(kernels, tangentRows(most), width),
  };
}

/** to += from. */
export function addJet(kernels: Kernels, from: TokenJet, to: TokenJet, { numTokens, numDirections }: JetSize): void {
  const { stride } = from.value.matrix;
  kernels.addScaled(from.value.region, 1, to.value.region, numTokens * stride);
  if (numDirections === 0) return;
  kernels.addScaled(from.tangents.region, 1, to.tangents.region, numTokens * numDirections * stride);
}

export function clearJet({ value, tangents }: TokenJet, { numTokens, numDirections }: JetSize): void {
  const { stride } = value.matrix;
  value.region.values.fill(0, 0, numTokens * stride);
  tangents.region.values.fill(0, 0, numTokens * numDirections * stride);
}
