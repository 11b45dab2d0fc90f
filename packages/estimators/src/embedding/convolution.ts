import { type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import { allocateWhole } from "../network/hiddenLayers.ts";
import type { WeightBlocks } from "../network/weightMemory.ts";
import { type ConvolutionEmbeddingSpec, convolvedLengths } from "./embeddingSpec.ts";

/** One convolution over series of fixed length. */
export interface ConvolutionShape {
  readonly numChannels: number;
  readonly numFilters: number;
  readonly size: number;
  readonly stride: number;
  /** Of its input, and of its output. */
  readonly numInputPositions: number;
  readonly numPositions: number;
}

export function convolutionShapes(spec: ConvolutionEmbeddingSpec): ConvolutionShape[] {
  const lengths = convolvedLengths(spec);
  return spec.convolutions.map((convolution, k) => ({
    ...convolution,
    numChannels: spec.convolutions[k - 1]?.numFilters ?? spec.numChannels,
    numInputPositions: lengths[k],
    numPositions: lengths[k + 1],
  }));
}

/** Series one after another: where number `channel` at `position` of an observation stands. */
export interface SeriesValues {
  readonly values: Float64Array | Float32Array;
  readonly positionStride: number;
  readonly observationStride: number;
}

/** A convolution as a dense layer of patches: row (observation, position) holds what the filters see there. */
export interface Convolution {
  /** One row for each observation and position. */
  readonly value: Matrix;
  readonly valueGradient: Matrix;
  readonly output: SeriesValues;
  readonly outputGradient: SeriesValues;
  refresh(): void;
  run(below: SeriesValues, numObservations: number): void;
  /** From `valueGradient` to the weights' gradient (overwritten), and to the values below (overwritten) where these are given. */
  backward(numObservations: number, below: SeriesValues | undefined): void;
}

/** Float32 elements that `createConvolution` allocates. */
export function convolutionCapacity(shape: ConvolutionShape, maxObservations: number): number {
  const { numChannels, numFilters, size, numPositions } = shape;
  const rows = maxObservations * numPositions;
  return (
    2 * matrixLength(rows, size * numChannels) +
    4 * matrixLength(rows, numFilters) +
    matrixLength(numFilters, size * numChannels)
  );
}

export function createConvolution(
  kernels: Kernels,
  blocks: WeightBlocks,
  shape: ConvolutionShape,
  name: string,
  activation: ConvolutionEmbeddingSpec["activation"],
  maxObservations: number,
): Convolution {
  const { numChannels, numFilters, size, numPositions } = shape;
  const maxRows = maxObservations * numPositions;
  const width = size * numChannels;
  const { weights, gradient: weightGradient } = blocks.matrix(`${name}.weight`);
  const bias = blocks.bias(`${name}.bias`);
  const transposed = kernels.allocateMatrix(numFilters, width);
  const patches = kernels.allocateMatrix(maxRows, width);
  const patchGradient = kernels.allocateMatrix(maxRows, width);
  const [value, slope, valueGradient, gradient] = [0, 1, 2, 3].map(() => allocateWhole(kernels, maxRows, numFilters));
  const seriesOf = ({ values, stride }: Matrix): SeriesValues => {
    return { values, positionStride: stride, observationStride: numPositions * stride };
  };
  return {
    value: value.matrix,
    valueGradient: valueGradient.matrix,
    output: seriesOf(value.matrix),
    outputGradient: seriesOf(valueGradient.matrix),
    refresh: () => kernels.transposeMatrix(weights, transposed),
    run(below, numObservations) {
      gatherPatches(shape, below, numObservations, patches);
      const rows = numObservations * numPositions;
      kernels.denseForwardWithSlope(patches, weights, bias.weights, activation, slope.matrix, value.matrix, rows);
    },
    backward(numObservations, below) {
      const rows = numObservations * numPositions;
      kernels.multiply(valueGradient.region, slope.region, gradient.region, rows * gradient.matrix.stride);
      kernels.denseBackwardWeights(patches, gradient.matrix, weightGradient, bias.gradient, rows, "overwrite");
      if (below === undefined) return;
      kernels.denseBackwardInput(gradient.matrix, transposed, patchGradient, rows, "overwrite");
      scatterPatches(shape, patchGradient, numObservations, below);
    },
  };
}

function gatherPatches(shape: ConvolutionShape, below: SeriesValues, numObservations: number, patches: Matrix): void {
  const { numChannels, size, stride, numPositions } = shape;
  const { values, positionStride, observationStride } = below;
  for (let o = 0; o < numObservations; o++) {
    for (let p = 0; p < numPositions; p++) {
      const to = (o * numPositions + p) * patches.stride;
      const from = o * observationStride + p * stride * positionStride;
      for (let s = 0; s < size; s++) {
        for (let c = 0; c < numChannels; c++) {
          patches.values[to + s * numChannels + c] = values[from + s * positionStride + c];
        }
      }
    }
  }
}

/** Overwrites the values below with the sums of the patches that they stand in. */
function scatterPatches(shape: ConvolutionShape, patches: Matrix, numObservations: number, below: SeriesValues): void {
  const { numChannels, size, stride, numPositions } = shape;
  const { values, positionStride, observationStride } = below;
  values.fill(0, 0, numObservations * observationStride);
  for (let o = 0; o < numObservations; o++) {
    for (let p = 0; p < numPositions; p++) {
      const from = (o * numPositions + p) * patches.stride;
      const to = o * observationStride + p * stride * positionStride;
      for (let s = 0; s < size; s++) {
        for (let c = 0; c < numChannels; c++) {
          values[to + s * positionStride + c] += patches.values[from + s * numChannels + c];
        }
      }
    }
  }
}
