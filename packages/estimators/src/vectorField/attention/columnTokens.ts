import type { Indices, Kernels } from "@poolish/kernels";
import type { WeightBlocks } from "../../network/weightMemory.ts";
import { createAttention } from "./attention.ts";
import {
  askedAdjoints,
  type BlockLayers,
  type BlockTokens,
  blockAdjointsCapacity,
  blockTokensCapacity,
  createBlockAdjoints,
  createBlockTokens,
  hiddenAdjoint,
  runBlock,
  takenAdjoint,
  type WeightsGoal,
} from "./attentionBlock.ts";
import type { AttentionShape } from "./attentionShape.ts";
import { attentionCapacity, createAttentionScratch } from "./attentionWeights.ts";
import { columnEntryCapacity, createColumnEntry, type Movement, type TermRange } from "./columnEntry.ts";
import type { RowTokens } from "./rowTokens.ts";
import { allocateTokenJet, type JetSize, type TokenJet, tokenJetCapacity } from "./tokenJet.ts";

/** The tokens of terms, one for each column that the field moves: they attend to their row's and among themselves. */
export interface ColumnTokens {
  /** Terms that go through at once. */
  readonly mostTerms: number;
  readonly output: TokenJet;
  /** To be filled before `backward`, which uses it up. */
  readonly adjoint: TokenJet;
  /** Given the row of each of the terms. */
  run(range: TermRange, rowOf: Indices, movement: Movement): void;
  /**
   * At the last `run`: ADDS to the adjoints of the rows' tokens, leaves gradients in weights by `goal`, and ADDS that in u (all
   * terms × D) where it is given.
   */
  backward(goal: WeightsGoal, uGradient: Float64Array | undefined): void;
}

/** Tokens that go through at once, tangents among them; memory grows with it. */
const MOST_TOKENS = 4096;

/** @param maxDirections tangents of each token; 0 where only values are wanted. */
export function termsAtOnce(maxTerms: number, D: number, maxDirections: number): number {
  return Math.max(1, Math.min(maxTerms, Math.floor(MOST_TOKENS / (D * (1 + maxDirections)))));
}

/** Float32 elements that `createColumnTokens` allocates. */
export function columnTokensCapacity(
  shape: AttentionShape,
  D: number,
  numRowTokens: number,
  maxTerms: number,
  maxDirections: number,
): number {
  const mostTerms = termsAtOnce(maxTerms, D, maxDirections);
  const most = { numTokens: mostTerms * D, numDirections: maxDirections };
  return (
    columnEntryCapacity(shape.width, mostTerms) +
    2 * tokenJetCapacity(most, shape.width) +
    tokenJetCapacity(most, 3 * shape.width) +
    blockAdjointsCapacity(shape, most) +
    shape.numBlocks * blockTokensCapacity(shape, most) +
    attentionCapacity(shape, { groupSize: D, tokensPerRow: numRowTokens, maxTokens: most.numTokens })
  );
}

export function createColumnTokens(
  kernels: Kernels,
  shape: AttentionShape,
  weights: WeightBlocks,
  prefix: string,
  layers: readonly BlockLayers[],
  { contexts }: RowTokens,
  D: number,
  maxTerms: number,
  maxDirections: number,
): ColumnTokens {
  const mostTerms = termsAtOnce(maxTerms, D, maxDirections);
  const most: JetSize = { numTokens: mostTerms * D, numDirections: maxDirections };
  const entry = createColumnEntry(kernels, weights, prefix, mostTerms);
  const tokens = allocateTokenJet(kernels, most, shape.width);
  const adjoint = allocateTokenJet(kernels, most, shape.width);
  const askedAdjoint = allocateTokenJet(kernels, most, 3 * shape.width);
  const scratch = createBlockAdjoints(kernels, shape, most);
  const blocks: BlockTokens[] = [];
  for (let k = 0; k < shape.numBlocks; k++) {
    blocks.push(createBlockTokens(kernels, shape, most, blocks[k - 1]?.output ?? tokens));
  }
  const groups = { groupSize: D, tokensPerRow: contexts[0].tokensPerRow, maxTokens: most.numTokens };
  const attentionScratch = createAttentionScratch(kernels, shape, groups);
  const attentions = contexts.map((context) => createAttention(kernels, shape, groups, context, attentionScratch));
  const size: JetSize = { numTokens: 0, numDirections: 0 };
  let last: { readonly range: TermRange; readonly rows: Indices } | undefined;
  return {
    mostTerms,
    output: blocks[blocks.length - 1].output,
    adjoint,
    run(range, rowOf, movement) {
      const rows = indicesFrom(rowOf, range.first);
      last = { range, rows };
      size.numTokens = range.count * D;
      if (movement === "none") size.numDirections = 0;
      else size.numDirections = movement === "columns" ? D : movement.count;
      entry.run(range, movement, tokens);
      blocks.forEach((block, k) => {
        runBlock(kernels, layers[k], attentions[k], block, rows, size);
      });
    },
    backward(goal, uGradient) {
      if (last === undefined) return;
      for (let k = blocks.length - 1; k >= 0; k--) {
        hiddenAdjoint(kernels, layers[k], blocks[k], scratch, adjoint, size, goal);
        takenAdjoint(layers[k], attentions[k], blocks[k], last.rows, scratch, adjoint, askedAdjoint, size, goal);
        askedAdjoints(layers[k], blocks[k], scratch, askedAdjoint, adjoint, size, goal);
      }
      if (goal !== "none") entry.backwardWeights(last.range, adjoint, goal);
      if (uGradient !== undefined) entry.pullback(last.range, adjoint, uGradient);
    },
  };
}

/** From element `first` on, in place. */
function indicesFrom({ pointer, length, values }: Indices, first: number): Indices {
  const { BYTES_PER_ELEMENT } = Int32Array;
  return { pointer: pointer + first * BYTES_PER_ELEMENT, length: length - first, values: values.subarray(first) };
}
