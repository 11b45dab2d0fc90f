import {
  createKernels,
  type Indices,
  type Kernels,
  type Matrix,
  matrixLength,
  type Region,
  rowsOf,
} from "@poolish/kernels";
import { createWeightMemory, weightMemoryCapacity, writeFlatWeights } from "../network/weightMemory.ts";
import { type LayeredActivation, type LayeredSpec, layeredBlocks, numLayeredTermInputs } from "./layeredSpec.ts";

/**
 * Terms that go through all layers, forwards and backwards, before the next ones do: few enough for their activations to stay
 * in the second-level cache.
 */
const TILE = 128;

/** A network with one output a term. Buffers are float32, in the kernels' memory. */
export interface LayeredNetwork {
  /** maxRows × numFeatures: to be filled before `run`. */
  readonly rows: Matrix;
  /** maxTerms × term inputs: to be filled before `run`. */
  readonly terms: Matrix;
  /** The row of each term. */
  readonly rowOf: Indices;
  /** maxTerms × (numFeatures + term inputs): the gradient of each term's output in its own inputs. */
  readonly gradient: Matrix;
  setWeights(weights: Float32Array): void;
  /** Overwrites outputs[0 … numTerms) and, if it is wanted, `gradient`. */
  run(numRows: number, numTerms: number, outputs: Float64Array, wantsGradient: boolean): void;
}

/** One layer with its buffers for a tile. */
interface TileLayer {
  readonly activation: LayeredActivation;
  readonly weights: Matrix;
  readonly bias: Region;
  /** outputs × inputs. */
  readonly transposed: Matrix;
  readonly value: Matrix;
  /** The gradient in the argument of the activation. */
  readonly gradient: Matrix;
}

export function createLayeredNetwork(spec: LayeredSpec, maxRows: number, maxTerms: number): LayeredNetwork {
  const { numFeatures, layers } = spec;
  const numTermInputs = numLayeredTermInputs(spec);
  const kernels = createKernels({ capacity: capacityOf(spec, maxRows, maxTerms) });
  const memory = createWeightMemory(kernels, layeredBlocks(spec));
  const first = {
    ofRows: memory.matrix("0.rowWeight").weights,
    ofTerms: memory.matrix("0.termWeight").weights,
    base: kernels.allocateMatrix(maxRows, layers[0].numOutputs),
  };
  const rows = kernels.allocateMatrix(maxRows, numFeatures);
  const terms = kernels.allocateMatrix(maxTerms, numTermInputs);
  const rowOf = kernels.allocateIndices(maxTerms);
  const gradient = kernels.allocateMatrix(maxTerms, numFeatures + numTermInputs);
  const tile = layers.map((_, k) => createTileLayer(kernels, spec, memory, k));
  const forward = (start: number, count: number): void => {
    const [entry] = tile;
    const indices = indicesFrom(rowOf, start, count);
    const x = rowsOf(terms, start, count);
    const kernelActivation = entry.activation === "softplus" ? "identity" : entry.activation;
    kernels.denseForwardFrom(first.base, indices, x, first.ofTerms, kernelActivation, null, entry.value, count);
    if (entry.activation === "softplus") softplusRows(entry.value, count);
    for (let k = 1; k < tile.length - 1; k++) forwardLayer(kernels, tile[k - 1].value, tile[k], count);
  };
  const below = tile.length > 1 ? tile[tile.length - 2].value : undefined;
  const lastLayer = createLastLayer(kernels, tile[tile.length - 1]);
  return {
    rows,
    terms,
    rowOf,
    gradient,
    setWeights(weights) {
      writeFlatWeights(memory, weights);
      transposeFirst(first.ofRows, first.ofTerms, tile[0].transposed);
      for (let k = 1; k < tile.length; k++) kernels.transposeMatrix(tile[k].weights, tile[k].transposed);
    },
    run(numRows, numTerms, outputs, wantsGradient) {
      kernels.denseForward(rows, first.ofRows, tile[0].bias, "identity", null, first.base, numRows);
      for (let start = 0; start < numTerms; start += TILE) {
        const count = Math.min(TILE, numTerms - start);
        forward(start, count);
        if (below !== undefined) lastLayer(below, outputs, start, count);
        else readOutputs(tile[0].value, outputs, start, count);
        if (wantsGradient) backward(kernels, tile, rowsOf(gradient, start, gradient.rows - start), count);
      }
    },
  };
}

function capacityOf(spec: LayeredSpec, maxRows: number, maxTerms: number): number {
  const { layers, numFeatures } = spec;
  const numTermInputs = numLayeredTermInputs(spec);
  const inputs = numFeatures + numTermInputs;
  const ofTile = layers.reduce((sum, { numOutputs }, k) => {
    const below = k === 0 ? inputs : layers[k - 1].numOutputs;
    return sum + 2 * matrixLength(TILE, numOutputs) + matrixLength(numOutputs, below);
  }, 0);
  return (
    weightMemoryCapacity(layeredBlocks(spec)) +
    ofTile +
    matrixLength(maxRows, layers[0].numOutputs) +
    matrixLength(maxRows, numFeatures) +
    matrixLength(maxTerms, numTermInputs) +
    matrixLength(maxTerms, inputs) +
    maxTerms +
    2 * TILE +
    8
  );
}

function createTileLayer(
  kernels: Kernels,
  spec: LayeredSpec,
  memory: ReturnType<typeof createWeightMemory>,
  k: number,
): TileLayer {
  const { numOutputs, activation } = spec.layers[k];
  const inputs = k === 0 ? spec.numFeatures + numLayeredTermInputs(spec) : spec.layers[k - 1].numOutputs;
  return {
    activation,
    weights: memory.matrix(k === 0 ? "0.rowWeight" : `${k}.weight`).weights,
    bias: memory.bias(`${k}.bias`).weights,
    transposed: kernels.allocateMatrix(numOutputs, inputs),
    value: kernels.allocateMatrix(TILE, numOutputs),
    gradient: kernels.allocateMatrix(TILE, numOutputs),
  };
}

/** The rest of the indices, in place. */
function indicesFrom({ pointer, values }: Indices, start: number, count: number): Indices {
  return { pointer: pointer + start * values.BYTES_PER_ELEMENT, length: count, values: values.subarray(start) };
}

/** The first layer's whole matrix, rows of its features above those of its term inputs, transposed. */
function transposeFirst(ofRows: Matrix, ofTerms: Matrix, transposed: Matrix): void {
  for (let o = 0; o < ofRows.columns; o++) {
    const to = o * transposed.stride;
    for (let f = 0; f < ofRows.rows; f++) transposed.values[to + f] = ofRows.values[f * ofRows.stride + o];
    for (let t = 0; t < ofTerms.rows; t++) {
      transposed.values[to + ofRows.rows + t] = ofTerms.values[t * ofTerms.stride + o];
    }
  }
}

function forwardLayer(kernels: Kernels, x: Matrix, layer: TileLayer, count: number): void {
  const { activation, weights, bias, value } = layer;
  const kernelActivation = activation === "softplus" ? "identity" : activation;
  kernels.denseForward(x, weights, bias, kernelActivation, null, value, count);
  if (activation === "softplus") softplusRows(value, count);
}

function readOutputs({ values, stride }: Matrix, outputs: Float64Array, start: number, count: number): void {
  for (let i = 0; i < count; i++) outputs[start + i] = values[i * stride];
}

/**
 * The only output, summed in float64: its weights are often large and of either sign, so that the sum loses digits that the
 * layers below have kept.
 */
function createLastLayer(
  kernels: Kernels,
  { bias, transposed, value, activation }: TileLayer,
): (x: Matrix, outputs: Float64Array, start: number, count: number) => void {
  const sums = kernels.allocate(2 * TILE);
  const doubles = new Float64Array(sums.values.buffer, sums.pointer, TILE);
  return (x, outputs, start, count) => {
    kernels.weightedSums(x, transposed, bias.values[0], sums, count);
    for (let i = 0; i < count; i++) {
      const output = activated(activation, doubles[i]);
      outputs[start + i] = output;
      value.values[i * value.stride] = output;
    }
  };
}

function activated(activation: LayeredActivation, z: number): number {
  if (activation === "identity") return z;
  if (activation === "tanh") return Math.tanh(z);
  return activation === "relu" ? Math.max(0, z) : Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** From an output of 1 a term to the gradient of its inputs. */
function backward(kernels: Kernels, tile: readonly TileLayer[], inputGradient: Matrix, count: number): void {
  const last = tile[tile.length - 1];
  const { values, stride } = last.gradient;
  for (let i = 0; i < count; i++) values[i * stride] = 1;
  timesSlope(kernels, last, count);
  for (let k = tile.length - 1; k > 0; k--) {
    const { gradient, transposed } = tile[k];
    const below = tile[k - 1];
    if (below.activation === "tanh" || below.activation === "relu") {
      const { activation, value } = below;
      kernels.denseBackwardThrough(gradient, transposed, activation, null, value, below.gradient, count, "overwrite");
      continue;
    }
    kernels.denseBackwardInput(gradient, transposed, below.gradient, count, "overwrite");
    timesSlope(kernels, below, count);
  }
  kernels.denseBackwardInput(tile[0].gradient, tile[0].transposed, inputGradient, count, "overwrite");
}

/** From the gradient in a layer's value to that in the argument of its activation, in place. */
function timesSlope(kernels: Kernels, { activation, value, gradient }: TileLayer, count: number): void {
  if (activation === "identity") return;
  if (activation !== "softplus") {
    kernels.activationBackward(activation, null, value, gradient, gradient, count);
    return;
  }
  // softplus′(z) = σ(z) = 1 − exp(−softplus(z)).
  for (let i = 0; i < count; i++) {
    for (let o = i * value.stride; o < i * value.stride + value.columns; o++) {
      gradient.values[o] *= -Math.expm1(-value.values[o]);
    }
  }
}

/** log(1 + exp(z)), in place; columns of padding stay 0. */
function softplusRows({ values, stride, columns }: Matrix, count: number): void {
  for (let i = 0; i < count; i++) {
    for (let o = i * stride; o < i * stride + columns; o++) {
      const z = values[o];
      values[o] = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }
  }
}
