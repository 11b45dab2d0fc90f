import { columnsOf, type Indices, type Kernels, type Matrix, matrixLength, paddedRows } from "@poolish/kernels";
import { type FlowTransformSpec, numSplineParameters } from "./flowSpec.ts";

/** Log scales stay within ±7: e⁷ is about 1000, and standardised columns have no use for more. */
export const LOG_SCALE_LIMIT = 7;

/** What a transform reads and writes. The first D columns of x, z and gradient are those of the data. */
export interface TransformMatrices {
  readonly x: Matrix;
  readonly z: Matrix;
  /** Outputs of the masked network: see `flowNetworkSpec`. */
  readonly parameters: Matrix;
  /** The row of each term's parameters; null where each term has its own. */
  readonly rowOf: Indices | null;
  readonly logDet: Matrix;
  /** Adjoints: of z and then of x, in place; of the parameters, one row a term; of logDet. */
  readonly gradient: Matrix;
  readonly dParameters: Matrix;
  readonly dLogDet: Matrix;
}

/** One transform of D columns over fixed matrices. */
export interface FlowTransform {
  /** Overwrites z; ADDS log |dz/dx| to logDet. */
  forward(numTerms: number): void;
  /** At the last `forward`: turns the gradient of z into that of x at fixed parameters; overwrites dParameters. */
  backward(numTerms: number): void;
  /** Overwrites column c of x with the inverse at z. */
  invertColumn(c: number, numTerms: number): void;
}

/** Float32 elements that `createFlowTransform` allocates. */
export function flowTransformCapacity(transform: FlowTransformSpec, numColumns: number, maxTerms: number): number {
  if (transform.kind === "affine") return 0;
  // One vector a spline, and the kernel's state: see `splineStateLength`.
  const state = paddedRows(maxTerms) * (2 * transform.numBins + 13);
  return matrixLength(maxTerms, numColumns) + numColumns * state;
}

export function createFlowTransform(
  kernels: Kernels,
  transform: FlowTransformSpec,
  numColumns: number,
  matrices: TransformMatrices,
): FlowTransform {
  if (transform.kind === "affine") return createAffine(kernels, numColumns, matrices);
  return createSpline(kernels, transform, numColumns, matrices);
}

function createAffine(kernels: Kernels, D: number, matrices: TransformMatrices): FlowTransform {
  const { rowOf, logDet, dLogDet } = matrices;
  const x = columnsOf(matrices.x, 0, D);
  const z = columnsOf(matrices.z, 0, D);
  const mean = columnsOf(matrices.parameters, 0, D);
  const scale = columnsOf(matrices.parameters, D, D);
  const gradient = columnsOf(matrices.gradient, 0, D);
  const dMean = columnsOf(matrices.dParameters, 0, D);
  const dScale = columnsOf(matrices.dParameters, D, D);
  const limit = LOG_SCALE_LIMIT;
  return {
    forward: (numTerms) => kernels.affineForward(x, mean, scale, rowOf, limit, z, logDet, numTerms),
    backward: (numTerms) =>
      kernels.affineBackward(z, scale, rowOf, limit, gradient, dLogDet, gradient, dMean, dScale, numTerms),
    invertColumn(c, numTerms) {
      const one = (matrix: Matrix): Matrix => columnsOf(matrix, c, 1);
      kernels.affineInverse(one(z), one(mean), one(scale), rowOf, limit, one(x), numTerms);
    },
  };
}

type SplineSpec = FlowTransformSpec & { readonly kind: "spline" };

/** What the spline of column c reads and writes, from what the affine map left to z. */
function columnSpline(
  kernels: Kernels,
  shape: SplineSpec,
  D: number,
  { z, gradient, parameters, dParameters }: TransformMatrices,
  middle: Matrix,
  c: number,
) {
  const width = numSplineParameters(shape);
  const ofSpline = (matrix: Matrix): Matrix => columnsOf(matrix, 2 * D + c * width, width);
  return {
    u: columnsOf(middle, c, 1),
    z: columnsOf(z, c, 1),
    gradient: columnsOf(gradient, c, 1),
    parameters: ofSpline(parameters),
    dParameters: ofSpline(dParameters),
    state: kernels.allocate(kernels.splineStateLength(shape, z.rows)),
  };
}

/** The affine map, then a spline of each column. */
function createSpline(kernels: Kernels, shape: SplineSpec, D: number, matrices: TransformMatrices): FlowTransform {
  const { rowOf, logDet, dLogDet } = matrices;
  const middle = kernels.allocateMatrix(matrices.z.rows, D);
  const affine = createAffine(kernels, D, { ...matrices, z: middle });
  const splines = Array.from({ length: D }, (_, c) => columnSpline(kernels, shape, D, matrices, middle, c));
  return {
    forward(numTerms) {
      affine.forward(numTerms);
      for (let c = 0; c < D; c++) {
        const { u, z, parameters, state } = splines[c];
        kernels.splineForward(shape, u, parameters, rowOf, z, logDet, state, numTerms);
      }
    },
    backward(numTerms) {
      for (let c = 0; c < D; c++) {
        const { gradient, dParameters, state } = splines[c];
        kernels.splineBackward(shape, state, gradient, dLogDet, gradient, dParameters, numTerms);
      }
      affine.backward(numTerms);
    },
    invertColumn(c, numTerms) {
      const { u, z, parameters } = splines[c];
      kernels.splineInverse(shape, z, parameters, rowOf, u, numTerms);
      affine.invertColumn(c, numTerms);
    },
  };
}
