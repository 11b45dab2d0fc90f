import { rngFromSeed } from "@poolish/core";
import {
  columnsOf,
  createKernels,
  type Kernels,
  type Matrix,
  matrixLength,
  matrixOver,
  type Region,
} from "@poolish/kernels";
import { standardNormal } from "@poolish/math";

const WIDTHS = [8, 64, 64, 64, 2];
const ADAM = { stepSize: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

interface Layer {
  readonly weights: Matrix;
  readonly transposed: Matrix;
  readonly gradient: Matrix;
  readonly bias: Region;
  readonly biasGradient: Region;
  readonly value: Matrix;
  readonly dz: Matrix;
}

/** The plain 8-64-64-64-2 tanh network that makes a normal's mean and log scale: a function that does a step of Adam. */
export function createPlainStep(batch: number): () => void {
  const kernels = createKernels({ capacity: 1_000_000 });
  const length = WIDTHS.slice(1).reduce(
    (sum, width, k) => sum + matrixLength(WIDTHS[k], width) + matrixLength(1, width),
    0,
  );
  const [weights, gradient, firstMoment, secondMoment] = [0, 1, 2, 3].map(() => kernels.allocate(length));
  const layers = createLayers(kernels, weights, gradient, batch);
  const rng = rngFromSeed(1);
  const x = filled(kernels.allocateMatrix(batch, WIDTHS[0]), rng);
  const y = filled(kernels.allocateVector(batch), rng);
  for (const layer of layers) filled(layer.weights, rng, 1 / Math.sqrt(layer.weights.rows));
  const [z, logDensity, adjoint, dy] = [0, 1, 2, 3].map(() => kernels.allocateVector(batch));
  adjoint.values.fill(-1 / batch);
  const last = layers[layers.length - 1];
  const column = (matrix: Matrix, c: number): Matrix => columnsOf(matrix, c, 1);
  const [mean, scale, dMean, dScale] = [
    column(last.value, 0),
    column(last.value, 1),
    column(last.dz, 0),
    column(last.dz, 1),
  ];
  let step = 0;
  return () => {
    forward(kernels, layers, x, batch);
    logDensity.values.fill(0);
    kernels.affineForward(y, mean, scale, null, 7, z, logDensity, batch);
    kernels.standardNormalRows(z, logDensity, batch);
    kernels.standardNormalBackward(z, adjoint, dy, batch);
    kernels.affineBackward(z, scale, null, 7, dy, adjoint, dy, dMean, dScale, batch);
    backward(kernels, layers, x, batch);
    kernels.adam(weights, gradient, firstMoment, secondMoment, length, { ...ADAM, step: ++step });
  };
}

function createLayers(kernels: Kernels, weights: Region, gradient: Region, batch: number): Layer[] {
  let at = 0;
  return WIDTHS.slice(1).map((outputs, k) => {
    const inputs = WIDTHS[k];
    const matrixAt = at;
    const biasAt = at + matrixLength(inputs, outputs);
    at = biasAt + matrixLength(1, outputs);
    return {
      weights: matrixOver(weights, matrixAt, inputs, outputs),
      transposed: kernels.allocateMatrix(outputs, inputs),
      gradient: matrixOver(gradient, matrixAt, inputs, outputs),
      bias: kernels.subregion(weights, biasAt, matrixLength(1, outputs)),
      biasGradient: kernels.subregion(gradient, biasAt, matrixLength(1, outputs)),
      value: kernels.allocateMatrix(batch, outputs),
      dz: kernels.allocateMatrix(batch, outputs),
    };
  });
}

function filled(matrix: Matrix, rng: ReturnType<typeof rngFromSeed>, scale = 1): Matrix {
  for (let i = 0; i < matrix.rows; i++) {
    for (let j = 0; j < matrix.columns; j++) matrix.values[i * matrix.stride + j] = scale * standardNormal(rng);
  }
  return matrix;
}

function forward(kernels: Kernels, layers: readonly Layer[], x: Matrix, batch: number): void {
  layers.forEach(({ weights, transposed, bias, value }, k) => {
    kernels.transposeMatrix(weights, transposed);
    const isLast = k === layers.length - 1;
    kernels.denseForward(
      k === 0 ? x : layers[k - 1].value,
      weights,
      bias,
      isLast ? "identity" : "tanh",
      null,
      value,
      batch,
    );
  });
}

function backward(kernels: Kernels, layers: readonly Layer[], x: Matrix, batch: number): void {
  for (let k = layers.length - 1; k >= 0; k--) {
    const { transposed, gradient, biasGradient, dz } = layers[k];
    const below = layers[k - 1];
    kernels.denseBackwardWeights(below?.value ?? x, dz, gradient, biasGradient, batch, "overwrite");
    if (below) kernels.denseBackwardThrough(dz, transposed, "tanh", null, below.value, below.dz, batch, "overwrite");
  }
}

/** Milliseconds a step at batch 256: the mean, and that of the fastest of five runs. */
export function timePlainNetwork(batch = 256): { readonly msPerStep: number; readonly msPerStepFastest: number } {
  const step = createPlainStep(batch);
  const steps = 400;
  const run = (): number => {
    const start = performance.now();
    for (let s = 0; s < steps; s++) step();
    return (performance.now() - start) / steps;
  };
  run();
  const times = [0, 1, 2, 3, 4].map(run);
  return { msPerStep: times.reduce((sum, time) => sum + time / times.length, 0), msPerStepFastest: Math.min(...times) };
}
