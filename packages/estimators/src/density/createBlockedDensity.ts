import type { ConditionalDensity, EncodedTerms } from "./conditionalDensity.ts";

/** The most rows and terms that go through the networks at once. */
export interface BlockLimits {
  readonly rows: number;
  readonly terms: number;
}

/** Enough for the networks' speed, few enough for the caches. */
export const BLOCK = 1024;

/** What terms give one number each, with gradients: a frozen density, or a ratio. */
export type TermFunction = Pick<ConditionalDensity, "setTerms" | "evaluate" | "pullback">;

/** A frozen density of any number of terms in bounded memory. */
export interface BlockedDensity {
  setTerms(terms: EncodedTerms): void;
  evaluate(features: Float64Array, logTerms: Float64Array): void;
  /** ADDS to `featureGradient` and, where it is given, to `columnGradients`, at the last `evaluate`. */
  pullback(adjoint: Float64Array, featureGradient: Float64Array, columnGradients?: readonly Float64Array[]): void;
  /** Both, block by block; absent where all terms fit into one block. */
  readonly evaluateWithGradient?: (
    features: Float64Array,
    adjoint: Float64Array,
    logTerms: Float64Array,
    featureGradient: Float64Array,
    columnGradients?: readonly Float64Array[],
  ) => void;
}

/** Consecutive terms, and the rows that they span. */
interface Block {
  readonly first: number;
  readonly end: number;
  readonly firstRow: number;
  readonly endRow: number;
}

/** Which terms there are: `rowOfTerm` rises. */
export interface BlockedTerms {
  readonly numFeatures: number;
  readonly numTerms: number;
  readonly rowOfTerm: Int32Array;
}

/**
 * Cuts terms into blocks and evaluates one after another. Where they fit into a single block, the pullback uses what the
 * evaluation left and nothing is allocated; otherwise each block is evaluated again, which costs a third more and saves its
 * activations, unless the evaluation is told that a gradient follows.
 */
export function createBlockedDensity(
  create: (maxRows: number, maxTerms: number) => TermFunction,
  { numFeatures, numTerms, rowOfTerm }: BlockedTerms,
  limits: BlockLimits = { rows: BLOCK, terms: BLOCK },
): BlockedDensity {
  const blocks = cutBlocks(numTerms, rowOfTerm, limits);
  const mostTerms = Math.max(1, ...blocks.map(({ first, end }) => end - first));
  const mostRows = Math.max(1, ...blocks.map(({ firstRow, endRow }) => endRow - firstRow));
  const density = create(mostRows, mostTerms);
  const isSingle = blocks.length === 1;
  const featuresOf = cutRows(blocks, numFeatures);
  const featureGradientsOf = cutRows(blocks, numFeatures);
  let current: readonly EncodedTerms[] = [];
  let features: readonly Float64Array[] = [];
  const logTermsOfBlock = new Float64Array(mostTerms);
  const evaluateBlock = (b: number): void => {
    const { firstRow, endRow } = blocks[b];
    if (!isSingle) density.setTerms(current[b]);
    density.evaluate(features[b], endRow - firstRow, logTermsOfBlock);
  };
  const evaluateInto = (b: number, logTerms: Float64Array): void => {
    const { first, end } = blocks[b];
    evaluateBlock(b);
    for (let i = first; i < end; i++) logTerms[i] = logTermsOfBlock[i - first];
  };
  const pullbackBlock = (
    b: number,
    adjoint: Float64Array,
    gradients: readonly Float64Array[],
    columnGradients: readonly Float64Array[] | undefined,
  ): void => {
    const { first, end } = blocks[b];
    const columns = columnGradients?.map((column) => column.subarray(first, end));
    density.pullback(isSingle ? adjoint : adjoint.subarray(first, end), {
      features: gradients[b],
      ...(columns && { columns }),
    });
  };
  return {
    setTerms(terms) {
      current = blocks.map((block) => termsOfBlock(terms, block));
      if (isSingle) density.setTerms(current[0]);
    },
    evaluate(allFeatures, logTerms) {
      features = featuresOf(allFeatures);
      if (isSingle) density.evaluate(features[0], blocks[0].endRow - blocks[0].firstRow, logTerms);
      else for (let b = 0; b < blocks.length; b++) evaluateInto(b, logTerms);
    },
    pullback(adjoint, featureGradient, columnGradients) {
      const gradients = featureGradientsOf(featureGradient);
      for (let b = 0; b < blocks.length; b++) {
        if (!isSingle) evaluateBlock(b);
        pullbackBlock(b, adjoint, gradients, columnGradients);
      }
    },
    ...(!isSingle && {
      evaluateWithGradient(allFeatures, adjoint, logTerms, featureGradient, columnGradients) {
        features = featuresOf(allFeatures);
        const gradients = featureGradientsOf(featureGradient);
        for (let b = 0; b < blocks.length; b++) {
          evaluateInto(b, logTerms);
          pullbackBlock(b, adjoint, gradients, columnGradients);
        }
      },
    }),
  };
}

/** Cuts a matrix (rows × width) into those of the blocks; the same array again costs nothing. */
function cutRows(blocks: readonly Block[], width: number): (values: Float64Array) => readonly Float64Array[] {
  let last: Float64Array | undefined;
  let parts: readonly Float64Array[] = [];
  return (values) => {
    if (values !== last) {
      last = values;
      parts = blocks.map(({ firstRow, endRow }) => values.subarray(firstRow * width, endRow * width));
    }
    return parts;
  };
}

function cutBlocks(numTerms: number, rowOfTerm: Int32Array, { rows, terms }: BlockLimits): Block[] {
  const blocks: Block[] = [];
  let first = 0;
  while (first < numTerms) {
    const firstRow = rowOfTerm[first];
    let end = first;
    while (end < numTerms && end - first < terms && rowOfTerm[end] - firstRow < rows) end++;
    blocks.push({ first, end, firstRow, endRow: rowOfTerm[end - 1] + 1 });
    first = end;
  }
  return blocks;
}

function termsOfBlock({ rowOfTerm, columns, conditions, numTerms }: EncodedTerms, block: Block): EncodedTerms {
  const { first, end, firstRow } = block;
  const numConditions = numTerms === 0 ? 0 : conditions.length / numTerms;
  return {
    numTerms: end - first,
    rowOfTerm: rowOfTerm.subarray(first, end).map((row) => row - firstRow),
    columns: columns.map((column) => column.subarray(first, end)),
    conditions: conditions.subarray(first * numConditions, end * numConditions),
  };
}
