import {
  type Kernels,
  type Matrix,
  matrixLength,
  matrixOver,
  paddedColumns,
  type Region,
  spansLength,
  withSpans,
} from "@poolish/kernels";
import { blockLength, numBlockWeights, type WeightBlock } from "./splitNetworkSpec.ts";

/**
 * A density's weights as its kernels read them: padded matrices and vectors, one after another in one region, their gradient
 * in another. An optimiser works on both in place: padding is 0, and its gradient is 0, so it stays 0.
 */
export interface WeightMemory {
  /** With room for three more regions as long as `weights`: an optimiser's moments and averages. */
  readonly kernels: Kernels;
  readonly weights: Region;
  readonly gradient: Region;
  /** Where flat weight i lies in both. */
  readonly positions: Int32Array;
}

/** The weights of a layer with their gradient: views of a `WeightMemory`, with spans where a mask holds weights at 0. */
export interface MatrixWeights {
  readonly weights: Matrix;
  readonly gradient: Matrix;
  readonly mask: Float32Array | undefined;
}

export interface BiasWeights {
  readonly weights: Region;
  readonly gradient: Region;
}

/** Finds blocks of weights by their names: each once, for it allocates what skips the weights held at 0. */
export interface WeightBlocks {
  matrix(name: string): MatrixWeights;
  bias(name: string): BiasWeights;
}

/** Regions that an optimiser needs beside weights and gradient. */
const SPARE_REGIONS = 3;

/** Float32 elements that `createWeightMemory` allocates, an optimiser after it, and the spans of `allocateTransposed`. */
export function weightMemoryCapacity(blocks: readonly WeightBlock[]): number {
  const spans = blocks.reduce((sum, { shape, mask }) => {
    if (mask === undefined || shape.length === 1) return sum;
    return sum + spansLength(shape[0], shape[1]) + spansLength(shape[1], shape[0]);
  }, 0);
  return (2 + SPARE_REGIONS) * paddedLength(blocks) + spans;
}

/** Allocates weights and gradient, all 0. */
export function createWeightMemory(kernels: Kernels, blocks: readonly WeightBlock[]): WeightMemory & WeightBlocks {
  const length = paddedLength(blocks);
  const weights = kernels.allocate(length);
  const gradient = kernels.allocate(length);
  const placeOf = placeBlocks(blocks);
  const find = (name: string): Place => {
    const place = placeOf.get(name);
    if (place === undefined) throw new Error(`there is no block of weights ${name}`);
    return place;
  };
  return {
    kernels,
    weights,
    gradient,
    positions: flatPositions(blocks),
    matrix(name) {
      const { offset, shape, mask } = find(name);
      const [rows, columns] = shape;
      const whole = matrixOver(weights, offset, rows, columns);
      const ofWeights = mask === undefined ? whole : withSpans(kernels, whole, (i, j) => mask[i * columns + j] !== 0);
      const ofGradient = { ...matrixOver(gradient, offset, rows, columns), spans: ofWeights.spans };
      return { weights: ofWeights, gradient: ofGradient, mask };
    },
    bias(name) {
      const { offset, shape } = find(name);
      const padded = paddedColumns(shape[0]);
      return {
        weights: kernels.subregion(weights, offset, padded),
        gradient: kernels.subregion(gradient, offset, padded),
      };
    },
  };
}

/** Overwrites the weights in memory with flat ones. */
export function writeFlatWeights({ weights, positions }: WeightMemory, flat: Float32Array): void {
  for (let i = 0; i < positions.length; i++) weights.values[positions[i]] = flat[i];
}

/** ADDS the gradient in memory to a flat one. */
export function addFlatGradient({ gradient, positions }: WeightMemory, flat: Float32Array): void {
  for (let i = 0; i < positions.length; i++) flat[i] += gradient.values[positions[i]];
}

/** For `transposeMatrix` of the weights. */
export function allocateTransposed(kernels: Kernels, { weights, mask }: MatrixWeights): Matrix {
  const { rows, columns } = weights;
  const transposed = kernels.allocateMatrix(columns, rows);
  return mask === undefined ? transposed : withSpans(kernels, transposed, (j, i) => mask[i * columns + j] !== 0);
}

interface Place {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly mask: Float32Array | undefined;
}

function paddedBlockLength({ shape }: WeightBlock): number {
  return shape.length === 1 ? paddedColumns(shape[0]) : matrixLength(shape[0], shape[1]);
}

function paddedLength(blocks: readonly WeightBlock[]): number {
  return blocks.reduce((sum, block) => sum + paddedBlockLength(block), 0);
}

function placeBlocks(blocks: readonly WeightBlock[]): Map<string, Place> {
  let offset = 0;
  return new Map(
    blocks.map((block) => {
      const place = { offset, shape: block.shape, mask: block.mask };
      offset += paddedBlockLength(block);
      return [block.name, place] as const;
    }),
  );
}

/** Rows of a matrix stand `paddedColumns` apart. */
function flatPositions(blocks: readonly WeightBlock[]): Int32Array {
  const positions = new Int32Array(numBlockWeights(blocks));
  let at = 0;
  let offset = 0;
  for (const block of blocks) {
    const columns = block.shape[block.shape.length - 1];
    const length = blockLength(block.shape);
    for (let i = 0; i < length; i++) {
      positions[at + i] = offset + Math.floor(i / columns) * paddedColumns(columns) + (i % columns);
    }
    at += length;
    offset += paddedBlockLength(block);
  }
  return positions;
}
