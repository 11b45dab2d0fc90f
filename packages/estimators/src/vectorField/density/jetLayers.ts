import { type Kernels, type Matrix, matrixLength, type Region } from "@poolish/kernels";
import { allocateWhole, type WholeMatrix } from "../../network/hiddenLayers.ts";

/**
 * One hidden layer's buffers: value and tangents. Rows of tangents stand direction after direction, each as many as there
 * are terms.
 */
export interface JetLayer {
  readonly width: number;
  readonly isResidual: boolean;
  /** The argument of the activation, e to it, the values. */
  readonly argument: WholeMatrix;
  readonly exponential: Region;
  readonly value: WholeMatrix;
  readonly slope: Float32Array;
  readonly curvature: Float32Array;
  /** Of the argument and of the value. */
  readonly argumentTangent: WholeMatrix;
  readonly tangent: WholeMatrix;
}

/** Float32 elements that `createJetLayers` allocates. */
export function jetLayersCapacity(hidden: readonly number[], maxTerms: number, numDirections: number): number {
  return hidden.reduce(
    (sum, width) =>
      sum + 3 * matrixLength(maxTerms, width) + 2 * matrixLength(Math.max(1, maxTerms * numDirections), width),
    0,
  );
}

export function createJetLayers(
  kernels: Kernels,
  hidden: readonly number[],
  maxTerms: number,
  numDirections: number,
): JetLayer[] {
  // Without directions there is one row that nobody reads.
  const numTangents = Math.max(1, maxTerms * numDirections);
  return hidden.map((width, k) => {
    const argument = allocateWhole(kernels, maxTerms, width);
    const { length } = argument.region;
    return {
      width,
      isResidual: k > 0 && hidden[k - 1] === width,
      argument,
      exponential: kernels.allocate(length),
      value: allocateWhole(kernels, maxTerms, width),
      slope: new Float32Array(length),
      curvature: new Float32Array(length),
      argumentTangent: allocateWhole(kernels, numTangents, width),
      tangent: allocateWhole(kernels, numTangents, width),
    };
  });
}

/** From the arguments: f = silu, its slope and curvature; the value is f, plus the value below where the layer is residual. */
export function activate(kernels: Kernels, layer: JetLayer, below: JetLayer | undefined, numTerms: number): void {
  const { argument, exponential, value, slope, curvature, isResidual } = layer;
  const length = numTerms * argument.matrix.stride;
  const a = argument.region.values;
  kernels.exponential(argument.region, exponential, length);
  const e = exponential.values;
  const y = value.region.values;
  const lower = isResidual && below !== undefined ? below.value.region.values : undefined;
  for (let i = 0; i < length; i++) {
    // Where e overflows, the logistic function is 1.
    const logistic = e[i] < Infinity ? e[i] / (1 + e[i]) : 1;
    const rest = 1 - logistic;
    slope[i] = logistic * (1 + a[i] * rest);
    curvature[i] = logistic * rest * (2 + a[i] * (rest - logistic));
    y[i] = a[i] * logistic + (lower === undefined ? 0 : lower[i]);
  }
}

/** tangent = slope · argumentTangent, plus the tangent below where the layer is residual. */
export function activateTangents(
  { argumentTangent, tangent, slope, isResidual }: JetLayer,
  below: JetLayer | undefined,
  numTerms: number,
  numDirections: number,
): void {
  const { stride } = tangent.matrix;
  const size = numTerms * stride;
  const from = argumentTangent.region.values;
  const to = tangent.region.values;
  const lower = isResidual && below !== undefined ? below.tangent.region.values : undefined;
  for (let d = 0; d < numDirections; d++) {
    const at = d * size;
    if (lower === undefined) for (let i = 0; i < size; i++) to[at + i] = slope[i] * from[at + i];
    else for (let i = 0; i < size; i++) to[at + i] = slope[i] * from[at + i] + lower[at + i];
  }
}

/** A dense layer between two of them, with its transpose. */
export interface JetDense {
  readonly weights: Matrix;
  readonly transposed: Matrix;
  readonly bias: Region;
}
