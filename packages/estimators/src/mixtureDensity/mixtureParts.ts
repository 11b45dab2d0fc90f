import {
  columnsOf,
  createKernels,
  type Indices,
  type Kernels,
  type Matrix,
  matrixLength,
  paddedRows,
} from "@poolish/kernels";
import { allocateWhole, type WholeMatrix } from "../network/hiddenLayers.ts";
import { createSplitInputs, type SplitInputs, splitInputsCapacity } from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork, splitNetworkCapacity } from "../network/splitNetwork.ts";
import { createWeightMemory, type WeightMemory, weightMemoryCapacity } from "../network/weightMemory.ts";
import {
  type MixtureDensitySpec,
  mixtureDensityBlocks,
  mixtureNetworkSpec,
  triangleLength,
} from "./mixtureDensitySpec.ts";

/** What belongs to one component: views of the network's outputs, and of their gradient, one row a term. */
export interface Component {
  readonly mean: Matrix;
  readonly factor: Matrix;
  readonly dMean: Matrix;
  readonly dFactor: Matrix;
  /** Terms × columns: the columns as this component's standard normals. */
  readonly normal: Matrix;
  /** Of each term: log weight plus log-density, and its adjoint. */
  readonly logJoint: Matrix;
  readonly dLogJoint: Matrix;
}

/** The parts of a mixture density, and the rows and terms that it is at. */
export interface MixtureParts {
  readonly spec: MixtureDensitySpec;
  readonly kernels: Kernels;
  readonly memory: WeightMemory;
  readonly inputs: SplitInputs;
  readonly network: SplitNetwork;
  /** The item of the network for each term: itself, or its row. */
  readonly itemOf: Indices;
  /** Terms × columns, and their gradient: that of one component, and the sum. */
  readonly x: Matrix;
  readonly dx: WholeMatrix;
  readonly dxOfComponent: WholeMatrix;
  readonly dNormal: Matrix;
  readonly components: readonly Component[];
  /** Items × K: logits, log weights, and the adjoints of both. */
  readonly logits: Matrix;
  readonly logWeights: Matrix;
  readonly dLogWeights: Matrix;
  readonly dLogits: Matrix;
  /** Terms × K. */
  readonly logJoint: Matrix;
  readonly dLogJoint: Matrix;
  readonly logDensity: Matrix;
  readonly adjoint: Matrix;
  /** One row a term: the network's own matrix where that runs once a term. */
  readonly dParameters: Matrix;
}

export function createMixtureParts(spec: MixtureDensitySpec, maxRows: number, maxTerms: number): MixtureParts {
  const kernels = createKernels({ capacity: mixtureCapacity(spec, maxRows, maxTerms) });
  const { columns, numConditions, numFeatures, numComponents: K } = spec;
  const D = columns.length;
  const memory = createWeightMemory(kernels, mixtureDensityBlocks(spec));
  const inputs = createSplitInputs(kernels, numFeatures, numConditions, maxRows, maxTerms);
  const network = createSplitNetwork(kernels, mixtureNetworkSpec(spec), memory, "mixture", inputs);
  const perTerm = (width: number): Matrix => kernels.allocateMatrix(maxTerms, width);
  const perItem = (width: number): Matrix => kernels.allocateMatrix(network.isPerTerm ? maxTerms : maxRows, width);
  const dParameters = network.isPerTerm ? network.outputGradient : perTerm(network.outputs.columns);
  const logJoint = perTerm(K);
  const dLogJoint = perTerm(K);
  return {
    spec,
    kernels,
    memory,
    inputs,
    network,
    itemOf: network.isPerTerm ? countingIndices(kernels, maxTerms) : inputs.rowOf,
    x: perTerm(D),
    dx: allocateWhole(kernels, maxTerms, D),
    dxOfComponent: allocateWhole(kernels, maxTerms, D),
    dNormal: perTerm(D),
    components: createComponents(spec, network.outputs, dParameters, logJoint, dLogJoint, () => perTerm(D)),
    logits: columnsOf(network.outputs, 0, K),
    logWeights: perItem(K),
    dLogWeights: perItem(K),
    dLogits: columnsOf(network.outputGradient, 0, K),
    logJoint,
    dLogJoint,
    logDensity: kernels.allocateVector(maxTerms),
    adjoint: kernels.allocateVector(maxTerms),
    dParameters,
  };
}

function countingIndices(kernels: Kernels, length: number): Indices {
  const indices = kernels.allocateIndices(length);
  for (let i = 0; i < length; i++) indices.values[i] = i;
  return indices;
}

/** Means and factors stand behind the K logits, all means, then all triangles; so do their gradients. */
function createComponents(
  { columns, numComponents: K }: MixtureDensitySpec,
  outputs: Matrix,
  dParameters: Matrix,
  logJoint: Matrix,
  dLogJoint: Matrix,
  createNormal: () => Matrix,
): Component[] {
  const D = columns.length;
  const length = triangleLength(D);
  return Array.from({ length: K }, (_, k) => {
    const mean = (matrix: Matrix): Matrix => columnsOf(matrix, K + k * D, D);
    const factor = (matrix: Matrix): Matrix => columnsOf(matrix, K + K * D + k * length, length);
    return {
      mean: mean(outputs),
      factor: factor(outputs),
      dMean: mean(dParameters),
      dFactor: factor(dParameters),
      normal: createNormal(),
      logJoint: columnsOf(logJoint, k, 1),
      dLogJoint: columnsOf(dLogJoint, k, 1),
    };
  });
}

function mixtureCapacity(spec: MixtureDensitySpec, maxRows: number, maxTerms: number): number {
  const { columns, numConditions, numFeatures, numComponents } = spec;
  const network = mixtureNetworkSpec(spec);
  const perTerm = (width: number): number => matrixLength(maxTerms, width);
  return (
    weightMemoryCapacity(mixtureDensityBlocks(spec)) +
    splitInputsCapacity(numFeatures, numConditions, maxRows, maxTerms) +
    splitNetworkCapacity(network, maxRows, maxTerms) +
    2 * matrixLength(Math.max(maxRows, maxTerms), numComponents) +
    2 * perTerm(numComponents) +
    perTerm(network.numOutputs) +
    (numComponents + 4) * perTerm(columns.length) +
    3 * paddedRows(maxTerms)
  );
}
