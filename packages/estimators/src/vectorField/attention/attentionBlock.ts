import { type Indices, type Kernels, matrixLength } from "@poolish/kernels";
import type { WeightBlocks } from "../../network/weightMemory.ts";
import { splitAdjoints } from "../density/jetAdjoints.ts";
import { activate, activateTangents, createJetLayers, type JetLayer, jetLayersCapacity } from "../density/jetLayers.ts";
import type { Attention } from "./attention.ts";
import { type AttentionShape, hiddenWidth } from "./attentionShape.ts";
import { normalizeAdjoint, normalizeTokens } from "./normalizeTokens.ts";
import { createTokenDense, type TokenDense } from "./tokenDense.ts";
import { addJet, allocateTokenJet, clearJet, type JetSize, type TokenJet, tokenJetCapacity } from "./tokenJet.ts";

/** The layers of a block: rows and columns share them. */
export interface BlockLayers {
  /** To queries, keys and values. */
  readonly attend: TokenDense;
  /** Of what the heads took. */
  readonly mix: TokenDense;
  readonly expand: TokenDense;
  readonly contract: TokenDense;
}

/** Float32 elements that `createBlockLayers` allocates. */
export function blockLayersCapacity(shape: AttentionShape): number {
  const { width } = shape;
  const hidden = hiddenWidth(shape);
  const lengths = [matrixLength(3 * width, width), matrixLength(width, width)];
  return lengths[0] + lengths[1] + matrixLength(hidden, width) + matrixLength(width, hidden);
}

export function createBlockLayers(kernels: Kernels, blocks: WeightBlocks, name: string): BlockLayers {
  const dense = (layer: string): TokenDense => createTokenDense(kernels, blocks, `${name}.${layer}`);
  return { attend: dense("attend"), mix: dense("mix"), expand: dense("expand"), contract: dense("contract") };
}

/** What one block computes, kept for the way back. */
export interface BlockTokens {
  readonly input: TokenJet;
  readonly normal: TokenJet;
  /** Queries, keys and values, side by side. */
  readonly asked: TokenJet;
  readonly taken: TokenJet;
  readonly middle: TokenJet;
  readonly hidden: JetLayer;
  readonly output: TokenJet;
}

/** Float32 elements that `createBlockTokens` allocates. */
export function blockTokensCapacity(shape: AttentionShape, most: JetSize): number {
  const { width } = shape;
  return (
    4 * tokenJetCapacity(most, width) +
    tokenJetCapacity(most, 3 * width) +
    jetLayersCapacity([hiddenWidth(shape)], most.numTokens, most.numDirections)
  );
}

/** @param input the output of the block before. */
export function createBlockTokens(
  kernels: Kernels,
  shape: AttentionShape,
  most: JetSize,
  input: TokenJet,
): BlockTokens {
  const { width } = shape;
  const allocate = (columns: number): TokenJet => allocateTokenJet(kernels, most, columns);
  const [hidden] = createJetLayers(kernels, [hiddenWidth(shape)], most.numTokens, most.numDirections);
  return {
    input,
    normal: allocate(width),
    asked: allocate(3 * width),
    taken: allocate(width),
    middle: allocate(width),
    hidden,
    output: allocate(width),
  };
}

/** Queries, keys and values of the block's input. */
export function askTokens({ attend }: BlockLayers, { input, normal, asked }: BlockTokens, size: JetSize): void {
  normalizeTokens(input, normal, size);
  attend.run(normal, asked, size);
}

/**
 * input + attention, which reads it normalised (pre-norm, Xiong et al. 2020), and on that + a hidden layer, which reads it as it is: what
 * is narrow in u must not drown in a token's length.
 */
export function runBlock(
  kernels: Kernels,
  layers: BlockLayers,
  attention: Attention,
  tokens: BlockTokens,
  rowOf: Indices | null,
  size: JetSize,
): void {
  const { input, asked, taken, middle, hidden, output } = tokens;
  askTokens(layers, tokens, size);
  attention.run(asked, rowOf, taken, size);
  layers.mix.run(taken, middle, size);
  addJet(kernels, input, middle, size);
  layers.expand.run(middle, { value: hidden.argument, tangents: hidden.argumentTangent }, size);
  activate(kernels, hidden, undefined, size.numTokens);
  activateTangents(hidden, undefined, size.numTokens, size.numDirections);
  layers.contract.run({ value: hidden.value, tangents: hidden.tangent }, output, size);
  addJet(kernels, middle, output, size);
}

/** Scratch of the way back; blocks share it. */
export interface BlockAdjoints {
  readonly normal: TokenJet;
  readonly hidden: TokenJet;
  readonly argument: TokenJet;
}

/** Float32 elements that `createBlockAdjoints` allocates. */
export function blockAdjointsCapacity(shape: AttentionShape, most: JetSize): number {
  return tokenJetCapacity(most, shape.width) + 2 * tokenJetCapacity(most, hiddenWidth(shape));
}

export function createBlockAdjoints(kernels: Kernels, shape: AttentionShape, most: JetSize): BlockAdjoints {
  const hidden = (): TokenJet => allocateTokenJet(kernels, most, hiddenWidth(shape));
  return { normal: allocateTokenJet(kernels, most, shape.width), hidden: hidden(), argument: hidden() };
}

/** How a way back leaves gradients in the weights. */
export type WeightsGoal = "overwrite" | "add" | "none";

/** From the adjoint of the block's output, in `adjoint`, to that of its middle, in place. */
export function hiddenAdjoint(
  kernels: Kernels,
  layers: BlockLayers,
  { middle, hidden }: BlockTokens,
  scratch: BlockAdjoints,
  adjoint: TokenJet,
  size: JetSize,
  goal: WeightsGoal,
): void {
  const { numTokens, numDirections } = size;
  const { hidden: dy, argument: dz } = scratch;
  const hiddenJet = { value: hidden.value, tangents: hidden.tangent };
  if (goal !== "none") layers.contract.backwardWeights(hiddenJet, adjoint, numTokens, goal);
  layers.contract.backwardInput(adjoint, dy, size);
  splitAdjoints(hidden, dy.value, dy.tangents, dz.value, dz.tangents, numTokens, numDirections);
  if (goal !== "none") layers.expand.backwardWeights(middle, dz, numTokens, goal);
  layers.expand.backwardInput(dz, scratch.normal, size);
  addJet(kernels, scratch.normal, adjoint, size);
}

/** From the adjoint of the block's middle: ADDS to that of queries, keys and values, and to the context's. */
export function takenAdjoint(
  layers: BlockLayers,
  attention: Attention,
  { asked, taken }: BlockTokens,
  rowOf: Indices | null,
  scratch: BlockAdjoints,
  adjoint: TokenJet,
  askedAdjoint: TokenJet,
  size: JetSize,
  goal: WeightsGoal,
): void {
  if (goal !== "none") layers.mix.backwardWeights(taken, adjoint, size.numTokens, goal);
  layers.mix.backwardInput(adjoint, scratch.normal, size);
  attention.backward(asked, rowOf, scratch.normal, askedAdjoint, size);
}

/** From the adjoint of queries, keys and values: ADDS to that of the block's input, `adjoint`, and clears the former. */
export function askedAdjoints(
  { attend }: BlockLayers,
  { input, normal }: BlockTokens,
  scratch: BlockAdjoints,
  askedAdjoint: TokenJet,
  adjoint: TokenJet,
  size: JetSize,
  goal: WeightsGoal,
): void {
  if (goal !== "none") attend.backwardWeights(normal, askedAdjoint, size.numTokens, goal);
  attend.backwardInput(askedAdjoint, scratch.normal, size);
  normalizeAdjoint(input, scratch.normal, adjoint, size);
  clearJet(askedAdjoint, size);
}
