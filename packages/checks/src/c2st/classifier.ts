import type { Rng } from "@poolish/core";
import { createKernels, type Kernels, matrixLength, paddedColumns, paddedRows } from "@poolish/kernels";
import { log1pExp } from "@poolish/math";
import { createParameters, type Layer, type Parameters, parametersLength } from "./classifierParameters.ts";
import type { LabelledRows } from "./labelledRows.ts";

/** Rows that go through the network at a time: scikit-learn's batch size. */
export const BATCH_SIZE = 200;
/** scikit-learn's `learning_rate_init`, `beta_1`, `beta_2`, `epsilon`; Adam as in Kingma & Ba 2015. */
const STEP_SIZE = 1e-3;
const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
/** scikit-learn's `alpha`: the penalty alpha/2 · Σ w² / (rows of the batch), weights only. */
const ALPHA = 1e-4;

/**
 * A binary classifier over fixed rows, with scikit-learn's MLPClassifier semantics: two hidden layers of
 * 10 · numColumns relu units, logistic output, Adam on the mean log loss plus an L2 penalty. Float32.
 */
export interface Classifier {
  /** One step of Adam on `rows[start … end)`, at most `BATCH_SIZE` of them; returns their loss before it, penalty included. */
  step(rows: Int32Array, start: number, end: number): number;
  /** Number of `rows` that are put on the right side of probability 1/2, and their mean log loss in nats. */
  score(rows: Int32Array): { numCorrect: number; logLoss: number };
  /** Copies of the weights, to go back to. */
  weights(): Float32Array;
  setWeights(weights: Float32Array): void;
}

/** Weights and biases from the uniform distribution of Glorot & Bengio 2010 (eq. 16), as scikit-learn has it. */
export function createClassifier(rng: Rng, data: LabelledRows): Classifier {
  const width = 10 * data.numColumns;
  const widths = [data.numColumns, width, width, 1];
  const kernels = createKernels({ capacity: parametersLength(widths) + 4 * bufferLength(widths) });
  const parameters = createParameters(kernels, widths, rng);
  const network = createNetwork(kernels, parameters, data);
  let numSteps = 0;
  return {
    step(rows, start, end) {
      const count = end - start;
      network.forward(rows, start, count);
      const loss = network.logLoss(rows, start, count, network.outputGradient) / count;
      const penalty = (0.5 * ALPHA * kernels.sumOfSquares(parameters.weights, parameters.numWeights)) / count;
      network.backward(count);
      addPenaltyGradient(parameters, ALPHA / count);
      numSteps++;
      adamStep(kernels, parameters, numSteps);
      return loss + penalty;
    },
    score: (rows) => network.score(rows),
    weights: () => parameters.weights.values.slice(),
    setWeights: (weights) => parameters.weights.values.set(weights),
  };
}

function bufferLength(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + matrixLength(BATCH_SIZE, width), 0);
}

function addPenaltyGradient({ weights, gradient, numWeights }: Parameters, factor: number): void {
  const w = weights.values;
  const g = gradient.values;
  for (let i = 0; i < numWeights; i++) g[i] += factor * w[i];
}

function adamStep(kernels: Kernels, parameters: Parameters, step: number): void {
  const { weights, gradient, firstMoment, secondMoment } = parameters;
  // scikit-learn adds epsilon to the root of the uncorrected second moment; the kernel to that of the corrected one.
  const epsilon = EPSILON / Math.sqrt(1 - BETA_2 ** step);
  const options = { stepSize: STEP_SIZE, beta1: BETA_1, beta2: BETA_2, epsilon, step, weightDecay: 0 };
  kernels.adam(weights, gradient, firstMoment, secondMoment, weights.length, options);
}

interface Network {
  readonly outputGradient: Float32Array;
  forward(rows: Int32Array, start: number, count: number): void;
  /** Summed log loss after `forward`; writes the derivative of its mean in the logits, where asked for. */
  logLoss(rows: Int32Array, start: number, count: number, gradient: Float32Array | null): number;
  backward(count: number): void;
  score(rows: Int32Array): { numCorrect: number; logLoss: number };
}

function createNetwork(kernels: Kernels, { layers }: Parameters, data: LabelledRows): Network {
  const allocate = (columns: number) => kernels.allocate(matrixLength(BATCH_SIZE, columns));
  const input = allocate(data.numColumns);
  const inputStride = paddedColumns(data.numColumns);
  const values = layers.map(({ outputs }) => allocate(outputs));
  const gradients = layers.map(({ outputs }) => allocate(outputs));
  const last = layers.length - 1;
  const logits = values[last].values;
  const logitStride = paddedColumns(1);
  const gather = (rows: Int32Array, start: number, count: number): void => {
    const { values: source, numColumns } = data;
    for (let i = 0; i < count; i++) {
      const from = rows[start + i] * numColumns;
      for (let c = 0; c < numColumns; c++) input.values[i * inputStride + c] = source[from + c];
    }
  };
  const network: Network = {
    outputGradient: gradients[last].values,
    forward(rows, start, count) {
      gather(rows, start, count);
      for (let k = 0; k <= last; k++) {
        const { weights, bias, inputs, outputs } = layers[k];
        kernels.dense(k === 0 ? input : values[k - 1], weights, bias, values[k], count, inputs, outputs);
        if (k < last) kernels.activate("relu", values[k], values[k], activeLength(count, layers[k]));
      }
    },
    logLoss(rows, start, count, gradient) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const label = data.labels[rows[start + i]];
        const logit = logits[i * logitStride];
        sum += log1pExp(label === 1 ? -logit : logit);
        if (gradient !== null) gradient[i * logitStride] = (1 / (1 + Math.exp(-logit)) - label) / count;
      }
      return sum;
    },
    backward(count) {
      for (let k = last; k >= 0; k--) {
        const layer = layers[k];
        const { inputs, outputs } = layer;
        const below = k === 0 ? input : values[k - 1];
        kernels.denseWeightGradient(
          below,
          gradients[k],
          layer.weightGradient,
          layer.biasGradient,
          count,
          inputs,
          outputs,
        );
        if (k === 0) continue;
        kernels.transpose(layer.weights, layer.transposed, inputs, outputs);
        const gradient = gradients[k - 1];
        kernels.denseInputGradient(gradients[k], layer.transposed, gradient, count, inputs, outputs);
        kernels.activateGradient("relu", below, below, gradient, gradient, activeLength(count, layers[k - 1]));
      }
    },
    score(rows) {
      let numCorrect = 0;
      let logLoss = 0;
      for (let start = 0; start < rows.length; start += BATCH_SIZE) {
        const count = Math.min(BATCH_SIZE, rows.length - start);
        network.forward(rows, start, count);
        logLoss += network.logLoss(rows, start, count, null);
        for (let i = 0; i < count; i++) {
          if (logits[i * logitStride] > 0 === (data.labels[rows[start + i]] === 1)) numCorrect++;
        }
      }
      return { numCorrect, logLoss: logLoss / rows.length };
    },
  };
  return network;
}

function activeLength(count: number, { outputs }: Layer): number {
  return paddedRows(count) * paddedColumns(outputs);
}
