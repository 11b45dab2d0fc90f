import { type Indices, type Kernels, type Matrix, rowsOf } from "@poolish/kernels";
import { movedAdjoint, valueAdjoint } from "./attentionAdjoints.ts";
import type { AttentionShape } from "./attentionShape.ts";
import { columnsOfSide, partOf, type RowContext, type Side, sidesOf } from "./attentionSides.ts";
import {
  type AttentionScratch,
  type AttentionSize,
  type AttentionWeights,
  clearRows,
  createAttentionWeights,
  type Rows,
} from "./attentionWeights.ts";
import type { JetSize, TokenJet } from "./tokenJet.ts";

/** Attention within groups of tokens, and of these to the tokens of a row (Vaswani et al. 2017, §3.2), with tangents. */
export interface Attention {
  /**
   * Overwrites `out` (tokens × width) with what each head of each token takes from the values, given queries, keys and values
   * (tokens × 3·width). Group g belongs to row rowOf[g]; null without a context.
   */
  run(tokens: TokenJet, rowOf: Indices | null, out: TokenJet, size: JetSize): void;
  /** At the last `run`, given the adjoint of `out`: ADDS to that of `tokens`, and to the context's. */
  backward(tokens: TokenJet, rowOf: Indices | null, outAdjoint: TokenJet, adjoint: TokenJet, size: JetSize): void;
}

export function createAttention(
  kernels: Kernels,
  shape: AttentionShape,
  most: AttentionSize,
  context: RowContext | undefined,
  scratch: AttentionScratch,
): Attention {
  const { width, numHeads } = shape;
  const { groupSize } = most;
  const weights = createAttentionWeights(kernels, shape, most, scratch);
  const scale = Math.sqrt(numHeads / width);
  const groupsOf = ({ numTokens }: JetSize) => {
    return { count: numTokens / groupSize, numHeads, numQueries: groupSize, numKeys: groupSize, rowOf: null };
  };
  return {
    run(tokens, rowOf, out, size) {
      const asked = tokens.value.matrix;
      const sides = sidesOf(asked, asked, context, rowOf, groupsOf(size));
      attend(kernels, weights, sides, asked, out.value.matrix, numHeads, scale, size.numTokens);
      for (let k = 0; k < size.numDirections; k++) {
        const rows = { first: k * size.numTokens, count: size.numTokens };
        moveProbabilities(kernels, weights, sides, tokens, rows, numHeads, scale);
        takeMoved(kernels, weights, sides, tokens, out, rows);
      }
    },
    backward(tokens, rowOf, outAdjoint, adjoint, size) {
      const asked = tokens.value.matrix;
      const sides = sidesOf(asked, adjoint.value.matrix, context, rowOf, groupsOf(size));
      clearRows(weights.ofProbabilities, size.numTokens * numHeads);
      for (let k = 0; k < size.numDirections; k++) {
        const rows = { first: k * size.numTokens, count: size.numTokens };
        moveProbabilities(kernels, weights, sides, tokens, rows, numHeads, scale);
        movedAdjoint(kernels, weights, sides, tokens, outAdjoint, adjoint, rows, numHeads, scale);
      }
      valueAdjoint(
        kernels,
        weights,
        sides,
        asked,
        outAdjoint.value.matrix,
        adjoint.value.matrix,
        numHeads,
        scale,
        size,
      );
    },
  };
}

/** o = Σ p·v with p = softmax of the scores. */
function attend(
  kernels: Kernels,
  { probabilities }: AttentionWeights,
  sides: readonly Side[],
  asked: Matrix,
  out: Matrix,
  numHeads: number,
  scale: number,
  numTokens: number,
): void {
  const queries = partOf(asked, "queries");
  clearRows(probabilities, numTokens * numHeads);
  for (const side of sides) {
    kernels.attentionScores(queries, side.keys, side.groups, scale, columnsOfSide(probabilities, side));
  }
  kernels.softmaxRows(probabilities, probabilities, numTokens * numHeads);
  clearRows(out, numTokens);
  for (const side of sides) {
    kernels.attentionMixture(columnsOfSide(probabilities, side), side.values, side.groups, 1, out);
  }
}

/** In one direction: ṡ, and ṗ = p·(ṡ − Σ p·ṡ). Only the group's own tokens move. */
function moveProbabilities(
  kernels: Kernels,
  { probabilities, speeds, changes }: AttentionWeights,
  sides: readonly Side[],
  { value, tangents }: TokenJet,
  rows: Rows,
  numHeads: number,
  scale: number,
): void {
  const numRows = rows.count * numHeads;
  const own = sides[sides.length - 1];
  clearRows(speeds, numRows);
  const moved = partOf(tangents.matrix, "queries", rows);
  for (const side of sides) {
    kernels.attentionScores(moved, side.keys, side.groups, scale, columnsOfSide(speeds, side));
  }
  const movedKeys = partOf(tangents.matrix, "keys", rows);
  kernels.attentionScores(partOf(value.matrix, "queries"), movedKeys, own.groups, scale, columnsOfSide(speeds, own));
  kernels.softmaxBackward(probabilities, speeds, changes, numRows);
}

/** ȯ = Σ ṗ·v + p·v̇. */
function takeMoved(
  kernels: Kernels,
  { probabilities, changes }: AttentionWeights,
  sides: readonly Side[],
  { tangents }: TokenJet,
  out: TokenJet,
  rows: Rows,
): void {
  const own = sides[sides.length - 1];
  const target = rowsOf(out.tangents.matrix, rows.first, rows.count);
  clearRows(target, rows.count);
  for (const side of sides) {
    kernels.attentionMixture(columnsOfSide(changes, side), side.values, side.groups, 1, target);
  }
  const movedValues = partOf(tangents.matrix, "values", rows);
  kernels.attentionMixture(columnsOfSide(probabilities, own), movedValues, own.groups, 1, target);
}
