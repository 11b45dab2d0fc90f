import { type Indices, type Kernels, type Matrix, matrixLength, rowsOf } from "@poolish/kernels";
import type { AttentionShape } from "./attentionShape.ts";
import { columnsOfSide, partOf, type RowContext, type Side, sidesOf } from "./attentionSides.ts";
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

interface Weights extends AttentionScratch {
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

export function createAttention(
  kernels: Kernels,
  shape: AttentionShape,
  most: AttentionSize,
  context: RowContext | undefined,
  scratch: AttentionScratch,
): Attention {
  const { width, numHeads } = shape;
  const { groupSize } = most;
  const weights: Weights = { ...scratch, probabilities: allocateWeights(kernels, shape, most) };
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

interface Rows {
  readonly first: number;
  readonly count: number;
}

function clearRows({ values, stride }: Matrix, count: number): void {
  values.fill(0, 0, count * stride);
}

/** o = Σ p·v with p = softmax of the scores. */
function attend(
  kernels: Kernels,
  { probabilities }: Weights,
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
  { probabilities, speeds, changes }: Weights,
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
  { probabilities, changes }: Weights,
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

/** From the adjoint of o, and what tangents ask of the probabilities, to those of queries, keys and values. */
function valueAdjoint(
  kernels: Kernels,
  { probabilities, ofProbabilities, ofScores }: Weights,
  sides: readonly Side[],
  asked: Matrix,
  given: Matrix,
  adjoint: Matrix,
  numHeads: number,
  scale: number,
  { numTokens }: JetSize,
): void {
  const queries = partOf(asked, "queries");
  for (const side of sides) {
    kernels.attentionScores(given, side.values, side.groups, 1, columnsOfSide(ofProbabilities, side));
    kernels.attentionSpread(columnsOfSide(probabilities, side), given, side.groups, 1, side.valueAdjoints);
  }
  kernels.softmaxBackward(probabilities, ofProbabilities, ofScores, numTokens * numHeads);
  for (const side of sides) {
    const own = columnsOfSide(ofScores, side);
    kernels.attentionMixture(own, side.keys, side.groups, scale, partOf(adjoint, "queries"));
    kernels.attentionSpread(own, queries, side.groups, scale, side.keyAdjoints);
  }
}

/** The same of one direction's ȯ: to those of queries, keys, values, their tangents, and of the probabilities. */
function movedAdjoint(
  kernels: Kernels,
  weights: Weights,
  sides: readonly Side[],
  tokens: TokenJet,
  outAdjoint: TokenJet,
  adjoint: TokenJet,
  rows: Rows,
  numHeads: number,
  scale: number,
): void {
  const { probabilities, changes, ofProbabilities, ofChanges, ofScores } = weights;
  const own = sides[sides.length - 1];
  const numRows = rows.count * numHeads;
  const given = rowsOf(outAdjoint.tangents.matrix, rows.first, rows.count);
  const moved = (part: "queries" | "keys" | "values"): Matrix => partOf(tokens.tangents.matrix, part, rows);
  const movedAdjoints = (part: "queries" | "keys" | "values"): Matrix => partOf(adjoint.tangents.matrix, part, rows);
  clearRows(ofChanges, numRows);
  for (const side of sides) {
    kernels.attentionScores(given, side.values, side.groups, 1, columnsOfSide(ofChanges, side));
    kernels.attentionSpread(columnsOfSide(changes, side), given, side.groups, 1, side.valueAdjoints);
  }
  kernels.attentionScores(given, moved("values"), own.groups, 1, columnsOfSide(ofProbabilities, own));
  kernels.attentionSpread(columnsOfSide(probabilities, own), given, own.groups, 1, movedAdjoints("values"));
  kernels.softmaxBackward(probabilities, ofChanges, ofScores, numRows);
  addProbabilityAdjoints(weights, numRows);
  for (const side of sides) {
    const columns = columnsOfSide(ofScores, side);
    kernels.attentionMixture(columns, side.keys, side.groups, scale, movedAdjoints("queries"));
    kernels.attentionSpread(columns, moved("queries"), side.groups, scale, side.keyAdjoints);
  }
  const columns = columnsOfSide(ofScores, own);
  const queries = partOf(tokens.value.matrix, "queries");
  kernels.attentionMixture(columns, moved("keys"), own.groups, scale, partOf(adjoint.value.matrix, "queries"));
  kernels.attentionSpread(columns, queries, own.groups, scale, movedAdjoints("keys"));
}

/** What ṗ = p·(ṡ − Σ p·ṡ) asks of p, given the adjoint a of ṗ: a·(ṡ − Σ p·ṡ) − ṡ·Σ p·a. */
function addProbabilityAdjoints({ probabilities, speeds, ofChanges, ofProbabilities }: Weights, numRows: number): void {
  const { stride, columns } = probabilities;
  const p = probabilities.values;
  const s = speeds.values;
  const a = ofChanges.values;
  for (let at = 0; at < numRows * stride; at += stride) {
    let speed = 0;
    let total = 0;
    for (let j = at; j < at + columns; j++) {
      speed += p[j] * s[j];
      total += p[j] * a[j];
    }
    for (let j = at; j < at + columns; j++) ofProbabilities.values[j] += a[j] * (s[j] - speed) - total * s[j];
  }
}
