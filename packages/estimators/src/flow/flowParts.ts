import { columnsOf, createKernels, type Kernels, type Matrix, type Region } from "@poolish/kernels";
import type { EncodedTerms } from "../density/conditionalDensity.ts";
import { createSplitInputs, type SplitInputs } from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork } from "../network/splitNetwork.ts";
import { createWeightMemory, type WeightBlocks, type WeightMemory } from "../network/weightMemory.ts";
import type { MaskedBlock } from "./degrees.ts";
import { flowCapacity } from "./flowCapacity.ts";
import { type FlowSpec, flowBlocks, flowNetworkSpec } from "./flowSpec.ts";
import { createFlowTransform, type FlowTransform, type TransformMatrices } from "./flowTransform.ts";

/** One transform with the network that makes its parameters. */
export interface FlowStep {
  /** Terms × (columns, conditions): the transform's argument, and the network's term inputs. */
  readonly x: Matrix;
  readonly network: SplitNetwork;
  readonly transform: FlowTransform;
  /** One row a term: the network's own matrix where that runs once a term. */
  readonly dParameters: Matrix;
}

/** The parts of a flow, and the rows and terms that it is at. */
export interface FlowParts {
  readonly spec: FlowSpec;
  readonly kernels: Kernels;
  readonly memory: WeightMemory;
  /** 1 where a weight is free. */
  readonly mask: Region;
  /** Those of the first transform; all others share all but `terms` with them. */
  readonly inputs: SplitInputs;
  readonly steps: readonly FlowStep[];
  /** What the last transform makes: terms × columns; and the gradient's columns. */
  readonly normal: Matrix;
  readonly columnGradient: Matrix;
  readonly logDensity: Matrix;
  readonly adjoint: Matrix;
}

export function createFlowParts(spec: FlowSpec, maxRows: number, maxTerms: number): FlowParts {
  const kernels = createKernels({ capacity: flowCapacity(spec, maxRows, maxTerms) });
  const { columns, numConditions, numFeatures, orders } = spec;
  const D = columns.length;
  const width = D + numConditions;
  const blocks = flowBlocks(spec);
  const memory = createWeightMemory(kernels, blocks);
  const inputs = createSplitInputs(kernels, numFeatures, width, maxRows, maxTerms);
  const xs = [inputs.terms, ...orders.map(() => kernels.allocateMatrix(maxTerms, width))];
  const shared = {
    logDet: kernels.allocateVector(maxTerms),
    dLogDet: kernels.allocateVector(maxTerms),
    gradient: inputs.termGradient,
  };
  return {
    spec,
    kernels,
    memory,
    mask: createMask(kernels, memory, blocks),
    inputs,
    steps: createSteps(kernels, spec, memory, inputs, xs, shared),
    normal: columnsOf(xs[orders.length], 0, D),
    columnGradient: columnsOf(inputs.termGradient, 0, D),
    logDensity: shared.logDet,
    adjoint: shared.dLogDet,
  };
}

/** Transform k leads from the columns of xs[k] to those of xs[k + 1]. */
function createSteps(
  kernels: Kernels,
  spec: FlowSpec,
  blocks: WeightBlocks,
  inputs: SplitInputs,
  xs: readonly Matrix[],
  shared: Pick<TransformMatrices, "logDet" | "dLogDet" | "gradient">,
): FlowStep[] {
  const networkSpec = flowNetworkSpec(spec);
  const isPerTerm = networkSpec.numTermInputs > 0;
  const ofTerms = isPerTerm ? undefined : kernels.allocateMatrix(inputs.terms.rows, networkSpec.numOutputs);
  return spec.orders.map((_, k) => {
    const x = xs[k];
    // Linear paths of later transforms are held at 0: see `flowBlocks`.
    const shape = k === 0 ? networkSpec : { ...networkSpec, hasSkip: false };
    const network = createSplitNetwork(kernels, shape, blocks, `transform.${k}`, { ...inputs, terms: x });
    const dParameters = ofTerms ?? network.outputGradient;
    const transform = createFlowTransform(kernels, spec.transform, spec.columns.length, {
      ...shared,
      x,
      z: xs[k + 1],
      parameters: network.outputs,
      rowOf: isPerTerm ? null : inputs.rowOf,
      dParameters,
    });
    return { x, network, transform, dParameters };
  });
}

/** Laid out as the weights in memory; padding is 0. */
function createMask(kernels: Kernels, { weights, positions }: WeightMemory, blocks: readonly MaskedBlock[]): Region {
  const mask = kernels.allocate(weights.length);
  let at = 0;
  for (const { mask: ofBlock } of blocks) {
    for (let i = 0; i < ofBlock.length; i++) mask.values[positions[at + i]] = ofBlock[i];
    at += ofBlock.length;
  }
  return mask;
}

/** Copies terms: columns to the first transform, conditions to the inputs of every network. */
export function setTerms({ spec, inputs, steps }: FlowParts, terms: EncodedTerms): void {
  const { numTerms, rowOfTerm, columns, conditions } = terms;
  const { numConditions } = spec;
  inputs.size.numTerms = numTerms;
  for (let i = 0; i < numTerms; i++) inputs.rowOf.values[i] = rowOfTerm[i];
  const { values, stride } = inputs.terms;
  for (let c = 0; c < columns.length; c++) {
    for (let i = 0; i < numTerms; i++) values[i * stride + c] = columns[c][i];
  }
  for (const { x } of steps) {
    for (let i = 0; i < numTerms; i++) {
      const to = i * x.stride + columns.length;
      for (let k = 0; k < numConditions; k++) x.values[to + k] = conditions[i * numConditions + k];
    }
  }
}
