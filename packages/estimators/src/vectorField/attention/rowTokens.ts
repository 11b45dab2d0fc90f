import type { Kernels, Matrix } from "@poolish/kernels";
import type { WholeMatrix } from "../../network/hiddenLayers.ts";
import type { MatrixWeights, WeightBlocks } from "../../network/weightMemory.ts";
import { createAttention } from "./attention.ts";
import {
  askedAdjoints,
  askTokens,
  type BlockLayers,
  type BlockTokens,
  blockAdjointsCapacity,
  blockTokensCapacity,
  createBlockAdjoints,
  createBlockTokens,
  hiddenAdjoint,
  runBlock,
  takenAdjoint,
} from "./attentionBlock.ts";
import { type AttentionShape, numRowTokens } from "./attentionShape.ts";
import type { RowContext } from "./attentionSides.ts";
import { attentionCapacity, createAttentionScratch } from "./attentionWeights.ts";
import { allocateTokenJet, clearJet, type JetSize, tokenJetCapacity } from "./tokenJet.ts";

/** The tokens of rows, which attend among themselves: what they offer to those of terms, block by block. */
export interface RowTokens {
  /** Of each block. What is ADDED to its adjoints stays there until `backward` or `clear`. */
  readonly contexts: readonly RowContext[];
  run(numRows: number): void;
  /** At the last `run`: ADDS the gradient in the rows to `rowGradient` where it is given, and those in the weights by `goal`. */
  backward(goal: "add" | "none", rowGradient: Matrix | undefined): void;
  clear(): void;
}

function mostTokens(shape: AttentionShape, numFeatures: number, maxRows: number): JetSize {
  return { numTokens: maxRows * numRowTokens(shape, numFeatures), numDirections: 0 };
}

/** Float32 elements that `createRowTokens` allocates. */
export function rowTokensCapacity(shape: AttentionShape, numFeatures: number, maxRows: number): number {
  const most = mostTokens(shape, numFeatures, maxRows);
  const block = blockTokensCapacity(shape, most) + tokenJetCapacity(most, 3 * shape.width);
  const groups = { groupSize: numRowTokens(shape, numFeatures), tokensPerRow: 0, maxTokens: most.numTokens };
  return (
    2 * tokenJetCapacity(most, shape.width) +
    shape.numBlocks * block +
    blockAdjointsCapacity(shape, most) +
    attentionCapacity(shape, groups)
  );
}

/** @param rows maxRows × numFeatures, to be filled before `run`. */
export function createRowTokens(
  kernels: Kernels,
  shape: AttentionShape,
  weights: WeightBlocks,
  prefix: string,
  layers: readonly BlockLayers[],
  rows: Matrix,
): RowTokens {
  const most = mostTokens(shape, rows.columns, rows.rows);
  const tokensPerRow = numRowTokens(shape, rows.columns);
  const value = weights.matrix(`${prefix}.row.value`);
  const identity = weights.matrix(`${prefix}.row.identity`);
  const entry = allocateTokenJet(kernels, most, shape.width);
  const adjoint = allocateTokenJet(kernels, most, shape.width);
  const scratch = createBlockAdjoints(kernels, shape, most);
  const blocks: BlockTokens[] = [];
  for (let k = 0; k < shape.numBlocks; k++) {
    blocks.push(createBlockTokens(kernels, shape, most, blocks[k - 1]?.output ?? entry));
  }
  const adjoints = blocks.map(() => allocateTokenJet(kernels, most, 3 * shape.width));
  const groups = { groupSize: tokensPerRow, tokensPerRow: 0, maxTokens: most.numTokens };
  const attentionScratch = createAttentionScratch(kernels, shape, groups);
  const attentions = blocks.map(() => createAttention(kernels, shape, groups, undefined, attentionScratch));
  const size: JetSize = { numTokens: 0, numDirections: 0 };
  const last = shape.numBlocks - 1;
  return {
    contexts: blocks.map(({ asked }, k) => ({
      tokens: asked.value,
      adjoint: adjoints[k].value,
      tokensPerRow,
    })),
    run(numRows) {
      size.numTokens = numRows * tokensPerRow;
      embedRows(rows, value.weights, identity.weights, shape.patch, entry.value, numRows);
      for (let k = 0; k < last; k++) runBlock(kernels, layers[k], attentions[k], blocks[k], null, size);
      // What the last block's tokens would take, nobody reads.
      askTokens(layers[last], blocks[last], size);
    },
    backward(goal, rowGradient) {
      clearJet(adjoint, size);
      askedAdjoints(layers[last], blocks[last], scratch, adjoints[last], adjoint, size, goal);
      for (let k = last - 1; k >= 0; k--) {
        hiddenAdjoint(kernels, layers[k], blocks[k], scratch, adjoint, size, goal);
        takenAdjoint(layers[k], attentions[k], blocks[k], null, scratch, adjoint, adjoints[k], size, goal);
        askedAdjoints(layers[k], blocks[k], scratch, adjoints[k], adjoint, size, goal);
      }
      if (goal !== "none") rowWeightsGradient(rows, value, identity, shape.patch, adjoint.value, size);
      if (rowGradient !== undefined) addRowGradient(rowGradient, value.weights, shape.patch, adjoint.value, size);
    },
    clear() {
      for (const each of adjoints) clearJet(each, size);
    },
  };
}

/** Token t of a row is the sum of its features times their vectors, and its identity. */
function embedRows(
  rows: Matrix,
  value: Matrix,
  identity: Matrix,
  patch: number,
  { region, matrix }: WholeMatrix,
  numRows: number,
): void {
  const to = region.values;
  const width = identity.columns;
  for (let r = 0; r < numRows; r++) {
    for (let t = 0; t < identity.rows; t++) {
      const at = (r * identity.rows + t) * matrix.stride;
      for (let c = 0; c < width; c++) to[at + c] = identity.values[t * identity.stride + c];
      const end = Math.min(rows.columns, (t + 1) * patch);
      for (let f = t * patch; f < end; f++) {
        const feature = rows.values[r * rows.stride + f];
        for (let c = 0; c < width; c++) to[at + c] += feature * value.values[f * value.stride + c];
      }
    }
  }
}

/** Overwrites the gradients of values and identities. */
function rowWeightsGradient(
  rows: Matrix,
  { gradient: values }: MatrixWeights,
  { gradient: identities }: MatrixWeights,
  patch: number,
  { region, matrix }: WholeMatrix,
  { numTokens }: JetSize,
): void {
  const from = region.values;
  const tokensPerRow = identities.rows;
  values.values.fill(0);
  identities.values.fill(0);
  for (let token = 0; token < numTokens; token++) {
    const t = token % tokensPerRow;
    const row = (token - t) / tokensPerRow;
    const at = token * matrix.stride;
    for (let c = 0; c < identities.columns; c++) identities.values[t * identities.stride + c] += from[at + c];
    const end = Math.min(rows.columns, (t + 1) * patch);
    for (let f = t * patch; f < end; f++) {
      const feature = rows.values[row * rows.stride + f];
      for (let c = 0; c < values.columns; c++) values.values[f * values.stride + c] += feature * from[at + c];
    }
  }
}

function addRowGradient(
  rowGradient: Matrix,
  value: Matrix,
  patch: number,
  { region, matrix }: WholeMatrix,
  { numTokens }: JetSize,
): void {
  const from = region.values;
  const tokensPerRow = Math.ceil(value.rows / patch);
  for (let token = 0; token < numTokens; token++) {
    const t = token % tokensPerRow;
    const row = (token - t) / tokensPerRow;
    const end = Math.min(value.rows, (t + 1) * patch);
    for (let f = t * patch; f < end; f++) {
      let sum = 0;
      for (let c = 0; c < value.columns; c++)
        sum += from[token * matrix.stride + c] * value.values[f * value.stride + c];
      rowGradient.values[row * rowGradient.stride + f] += sum;
    }
  }
}
