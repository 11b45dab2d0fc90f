import type { Rng } from "@poolish/core";
import { type Kernels, matrixLength, paddedColumns, type Region } from "@poolish/kernels";

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Region;
  readonly bias: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region;
  /** Room for the transposed weights. */
  readonly transposed: Region;
}

/** All parameters in one region, so that Adam runs once: the matrices first, then the biases. */
export interface Parameters {
  readonly weights: Region;
  readonly gradient: Region;
  readonly firstMoment: Region;
  readonly secondMoment: Region;
  /** Elements of `weights` that belong to matrices, padding included. */
  readonly numWeights: number;
  readonly layers: readonly Layer[];
}

interface Shape {
  readonly inputs: number;
  readonly outputs: number;
  /** Where the matrix and the bias start in the flat region. */
  readonly matrixOffset: number;
  readonly biasOffset: number;
}

function shapesOf(widths: readonly number[]): { shapes: Shape[]; numWeights: number; length: number } {
  const sizes = widths.slice(1).map((outputs, k) => ({ inputs: widths[k], outputs }));
  const numWeights = sizes.reduce((sum, { inputs, outputs }) => sum + matrixLength(inputs, outputs), 0);
  let matrixOffset = 0;
  let biasOffset = numWeights;
  const shapes = sizes.map(({ inputs, outputs }) => {
    const shape = { inputs, outputs, matrixOffset, biasOffset };
    matrixOffset += matrixLength(inputs, outputs);
    biasOffset += paddedColumns(outputs);
    return shape;
  });
  return { shapes, numWeights, length: biasOffset };
}

/** Elements that `createParameters` allocates. */
export function parametersLength(widths: readonly number[]): number {
  const { shapes, length } = shapesOf(widths);
  return 4 * length + shapes.reduce((sum, { inputs, outputs }) => sum + matrixLength(outputs, inputs), 0);
}

/** Parameters of a network of these widths; weights and biases uniform in ±√(6 / (inputs + outputs)). */
export function createParameters(kernels: Kernels, widths: readonly number[], rng: Rng): Parameters {
  const { shapes, numWeights, length } = shapesOf(widths);
  const [weights, gradient, firstMoment, secondMoment] = Array.from({ length: 4 }, () => kernels.allocate(length));
  const layers = shapes.map(({ inputs, outputs, matrixOffset, biasOffset }): Layer => {
    const matrixOf = (region: Region): Region => kernels.subregion(region, matrixOffset, matrixLength(inputs, outputs));
    const biasOf = (region: Region): Region => kernels.subregion(region, biasOffset, paddedColumns(outputs));
    return {
      inputs,
      outputs,
      weights: matrixOf(weights),
      bias: biasOf(weights),
      weightGradient: matrixOf(gradient),
      biasGradient: biasOf(gradient),
      transposed: kernels.allocate(matrixLength(outputs, inputs)),
    };
  });
  for (const layer of layers) initialise(rng, layer);
  return { weights, gradient, firstMoment, secondMoment, numWeights, layers };
}

function initialise(rng: Rng, { inputs, outputs, weights, bias }: Layer): void {
  const bound = Math.sqrt(6 / (inputs + outputs));
  const stride = paddedColumns(outputs);
  const draw = (): number => bound * (2 * rng.uniform() - 1);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) weights.values[i * stride + j] = draw();
  }
  for (let j = 0; j < outputs; j++) bias.values[j] = draw();
}
