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
  /** Both, block by block, `beforePullback` between the two; absent where all terms fit into one block. */
  readonly evaluateWithGradient?: (
    features: Float64Array,
    adjoint: Float64Array,
    logTerms: Float64Array,
    beforePullback: (first: number, end: number) => void,
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
  const isSingle = blocks.length === 1;
  const runner = createBlockRunner(create, blocks);
  const featuresOf = cutRows(blocks, numFeatures);
  const featureGradientsOf = cutRows(blocks, numFeatures);
  let features: readonly Float64Array[] = [];
  return {
    setTerms: runner.setTerms,
    evaluate(allFeatures, logTerms) {
      features = featuresOf(allFeatures);
      for (let b = 0; b < blocks.length; b++) runner.evaluate(b, features[b], logTerms);
    },
    pullback(adjoint, featureGradient, columnGradients) {
      const gradients = featureGradientsOf(featureGradient);
      for (let b = 0; b < blocks.length; b++) {
        if (!isSingle) runner.evaluate(b, features[b], undefined);
        runner.pullback(b, adjoint, gradients[b], columnGradients);
      }
    },
    ...(!isSingle && {
      evaluateWithGradient(allFeatures, adjoint, logTerms, beforePullback, featureGradient, columnGradients) {
        features = featuresOf(allFeatures);
        const gradients = featureGradientsOf(featureGradient);
        for (let b = 0; b < blocks.length; b++) {
          runner.evaluate(b, features[b], logTerms);
          beforePullback(blocks[b].first, blocks[b].end);
          runner.pullback(b, adjoint, gradients[b], columnGradients);
        }
      },
    }),
  };
}

/** One function for all blocks, which it holds one at a time. */
interface BlockRunner {
  setTerms(terms: EncodedTerms): void;
  /** Makes block b the one that is held, and writes its part of `logTerms` where those are wanted. */
  evaluate(b: number, features: Float64Array, logTerms: Float64Array | undefined): void;
  /** Of the block that is held: see `TermFunction`; adjoints and column gradients are those of all terms. */
  pullback(
    b: number,
    adjoint: Float64Array,
    featureGradient: Float64Array,
    columnGradients: readonly Float64Array[] | undefined,
  ): void;
}

function createBlockRunner(
  create: (maxRows: number, maxTerms: number) => TermFunction,
  blocks: readonly Block[],
): BlockRunner {
  const mostTerms = Math.max(1, ...blocks.map(({ first, end }) => end - first));
  const mostRows = Math.max(1, ...blocks.map(({ firstRow, endRow }) => endRow - firstRow));
  const density = create(mostRows, mostTerms);
  const isSingle = blocks.length === 1;
  const logTermsOfBlock = new Float64Array(mostTerms);
  let current: readonly EncodedTerms[] = [];
  return {
    setTerms(terms) {
      if (isSingle && blocks[0].firstRow === 0) return density.setTerms(terms);
      current = blocks.map((block) => termsOfBlock(terms, block));
      if (isSingle) density.setTerms(current[0]);
    },
    evaluate(b, features, logTerms) {
      const { first, end, firstRow, endRow } = blocks[b];
      if (!isSingle) density.setTerms(current[b]);
      density.evaluate(features, endRow - firstRow, isSingle && logTerms ? logTerms : logTermsOfBlock);
      if (isSingle || logTerms === undefined) return;
      for (let i = first; i < end; i++) logTerms[i] = logTermsOfBlock[i - first];
    },
    pullback(b, adjoint, featureGradient, columnGradients) {
      const { first, end } = blocks[b];
      const columns = columnGradients?.map((column) => column.subarray(first, end));
      density.pullback(isSingle ? adjoint : adjoint.subarray(first, end), {
        features: featureGradient,
        ...(columns && { columns }),
      });
    },
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
