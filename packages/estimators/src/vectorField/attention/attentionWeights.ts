import { type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import type { AttentionShape } from "./attentionShape.ts";

/** Scratch, (group, head, query) × keys; blocks share it. */
export interface AttentionScratch {
  /** Of the scores, and of the probabilities, in one direction. */
  readonly speeds: Matrix;
  readonly changes: Matrix;
  /** Adjoints. */
  readonly ofProbabilities: Matrix;
  readonly ofChanges: Matrix;
  readonly ofScores: Matrix;
}

/** What the attention of one block weighs its values by, and the scratch. */
export interface AttentionWeights extends AttentionScratch {
  /** Softmax of all queries. */
  readonly probabilities: Matrix;
}

/** Who attends to whom. */
export interface AttentionSize {
  /** Tokens of a group, and of a row that groups attend to beside themselves. */
  readonly groupSize: number;
  readonly tokensPerRow: number;
  readonly maxTokens: number;
}

function allocateWeights(
  kernels: Kernels,
  { numHeads }: AttentionShape,
  { groupSize, tokensPerRow, maxTokens }: AttentionSize,
): Matrix {
  return kernels.allocateMatrix(maxTokens * numHeads, groupSize + tokensPerRow);
}

/** Float32 elements that the attention of `numBlocks` blocks and their scratch allocate. */
export function attentionCapacity(
  { numHeads, numBlocks }: AttentionShape,
  { groupSize, tokensPerRow, maxTokens }: AttentionSize,
): number {
  return (numBlocks + 5) * matrixLength(maxTokens * numHeads, groupSize + tokensPerRow);
}

export function createAttentionScratch(kernels: Kernels, shape: AttentionShape, most: AttentionSize): AttentionScratch {
  const allocate = (): Matrix => allocateWeights(kernels, shape, most);
  return {
    speeds: allocate(),
    changes: allocate(),
    ofProbabilities: allocate(),
    ofChanges: allocate(),
    ofScores: allocate(),
  };
}

export function createAttentionWeights(
  kernels: Kernels,
  shape: AttentionShape,
  most: AttentionSize,
  scratch: AttentionScratch,
): AttentionWeights {
  return { ...scratch, probabilities: allocateWeights(kernels, shape, most) };
}

/** Of tangents: those of one direction. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

export function clearRows({ values, stride }: Matrix, count: number): void {
  values.fill(0, 0, count * stride);
}
