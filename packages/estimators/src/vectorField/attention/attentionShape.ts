import type { WeightBlock } from "../../network/splitNetworkSpec.ts";

/**
 * A transformer over tokens: one for each column that the field moves, and one for each patch of the features of a row. Tokens of a
 * row attend among themselves, moved ones to all, so that what a row brings is computed once for all of its terms and angles.
 */
export interface AttentionShape {
  /** Of a token; a multiple of 4 · `numHeads`. */
  readonly width: number;
  readonly numBlocks: number;
  readonly numHeads: number;
  /** Features in succession that make one token of a row. */
  readonly patch: number;
}

/** What the tokens of a field are made of. */
export interface AttentionInputs {
  /** Columns that the field moves. */
  readonly numColumns: number;
  readonly numFeatures: number;
  /** Features of the angle and conditions: numbers of a term that all of its tokens are given. */
  readonly numShared: number;
}

/** A block's hidden layer is so many times as wide as its tokens. */
const EXPANSION = 2;

export function hiddenWidth({ width }: AttentionShape): number {
  return EXPANSION * width;
}

/** Tokens of a row. */
export function numRowTokens({ patch }: AttentionShape, numFeatures: number): number {
  return Math.ceil(numFeatures / patch);
}

/**
 * The blocks of the network's flat weights, in order. A token is Σ feature · `value` + `identity`; those that move are given `shared`,
 * too. Rows and columns have the same transformer. The readout is one for all tokens.
 */
export function attentionBlocks(
  shape: AttentionShape,
  { numColumns, numFeatures, numShared }: AttentionInputs,
  prefix: string,
): WeightBlock[] {
  const { width, numBlocks } = shape;
  const dense = (name: string, inputs: number, outputs: number): WeightBlock[] => [
    { name: `${prefix}.${name}.weight`, shape: [inputs, outputs] },
    { name: `${prefix}.${name}.bias`, shape: [outputs] },
  ];
  const blocks = Array.from({ length: numBlocks }, (_, k) => [
    ...dense(`block.${k}.attend`, width, 3 * width),
    ...dense(`block.${k}.mix`, width, width),
    ...dense(`block.${k}.expand`, width, hiddenWidth(shape)),
    ...dense(`block.${k}.contract`, hiddenWidth(shape), width),
  ]);
  return [
    { name: `${prefix}.row.value`, shape: [numFeatures, width] },
    { name: `${prefix}.row.identity`, shape: [numRowTokens(shape, numFeatures), width] },
    { name: `${prefix}.column.value`, shape: [numColumns, width] },
    { name: `${prefix}.column.identity`, shape: [numColumns, width] },
    { name: `${prefix}.column.shared`, shape: [numShared, width] },
    ...blocks.flat(),
    { name: `${prefix}.readout.weight`, shape: [width] },
    { name: `${prefix}.readout.bias`, shape: [1] },
  ];
}
