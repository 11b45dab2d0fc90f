import { type Kernels, type Matrix, rowsOf } from "@poolish/kernels";
import { columnsOfSide, partOf, type Side } from "./attentionSides.ts";
import { type AttentionWeights, clearRows, type Rows } from "./attentionWeights.ts";
import type { JetSize, TokenJet } from "./tokenJet.ts";

/** From the adjoint of o, and what tangents ask of the probabilities, to those of queries, keys and values. */
export function valueAdjoint(
  kernels: Kernels,
  { probabilities, ofProbabilities, ofScores }: AttentionWeights,
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
export function movedAdjoint(
  kernels: Kernels,
  weights: AttentionWeights,
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
function addProbabilityAdjoints(
  { probabilities, speeds, ofChanges, ofProbabilities }: AttentionWeights,
  numRows: number,
): void {
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
