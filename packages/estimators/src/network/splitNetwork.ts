import { type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import {
  allocateWhole,
  backwardHidden,
  createDenseAbove,
  createHiddenLayers,
  hiddenCapacity,
  runHidden,
} from "./hiddenLayers.ts";
import type { SplitInputs } from "./splitInputs.ts";
import {
  type BackwardGoals,
  createSplitLayer,
  type SplitLayer,
  type SplitLayerSpec,
  splitLayerCapacity,
} from "./splitLayer.ts";
import type { SplitNetworkSpec } from "./splitNetworkSpec.ts";
import type { WeightBlocks } from "./weightMemory.ts";

/**
 * A split network with its buffers. Its items are terms, or rows if it has no term inputs: then its outputs hold for all
 * terms of a row.
 */
export interface SplitNetwork {
  readonly isPerTerm: boolean;
  /** Items × numOutputs: filled by `run`. */
  readonly outputs: Matrix;
  /** To be filled before `backward`. */
  readonly outputGradient: Matrix;
  /** To be called when weights have changed. */
  refresh(): void;
  run(): void;
  /** What `goals` names, at the last `run`: weights' gradients are overwritten, inputs' gradients ADDED to. */
  backward(goals: BackwardGoals): void;
}

function entrySpec(spec: SplitNetworkSpec, prefix: string): SplitLayerSpec {
  return { ...spec, numOutputs: spec.hidden[0] ?? spec.numOutputs, name: `${prefix}.0`, hasBias: true };
}

function skipSpec(spec: SplitNetworkSpec, prefix: string): SplitLayerSpec {
  return { ...spec, name: `${prefix}.skip`, hasBias: false };
}

/** Float32 elements that `createSplitNetwork` allocates. */
export function splitNetworkCapacity(spec: SplitNetworkSpec, maxRows: number, maxTerms: number): number {
  const maxItems = spec.numTermInputs > 0 ? maxTerms : maxRows;
  return (
    splitLayerCapacity(entrySpec(spec, ""), maxRows) +
    hiddenCapacity(spec.hidden, spec.numOutputs, maxItems) +
    (spec.hasSkip ? splitLayerCapacity(skipSpec(spec, ""), maxRows) : 0) +
    3 * matrixLength(maxItems, spec.numOutputs)
  );
}

/** Allocates the network over `inputs`; its weights are the blocks `prefix` of `blocks` (see `splitNetworkBlocks`). */
export function createSplitNetwork(
  kernels: Kernels,
  spec: SplitNetworkSpec,
  blocks: WeightBlocks,
  prefix: string,
  inputs: SplitInputs,
): SplitNetwork {
  const { hidden, activation, numOutputs, hasSkip } = spec;
  const isPerTerm = spec.numTermInputs > 0;
  const maxItems = isPerTerm ? inputs.terms.rows : inputs.rows.rows;
  const layers = createHiddenLayers(kernels, hidden, maxItems);
  const dense = createDenseAbove(kernels, hidden, blocks, prefix);
  const outputs = allocateWhole(kernels, maxItems, numOutputs);
  const outputGradient = kernels.allocateMatrix(maxItems, numOutputs);
  const skipped = allocateWhole(kernels, maxItems, numOutputs);
  const [first] = layers;
  const entry = createSplitLayer(kernels, entrySpec(spec, prefix), blocks, inputs, {
    value: first?.value.matrix ?? outputs.matrix,
    activated: first && { activation, slope: first.slope.matrix },
  });
  const skip: SplitLayer | undefined = hasSkip
    ? createSplitLayer(kernels, skipSpec(spec, prefix), blocks, inputs, { value: skipped.matrix, activated: undefined })
    : undefined;
  const { size } = inputs;
  return {
    isPerTerm,
    outputs: outputs.matrix,
    outputGradient,
    refresh() {
      entry.refresh();
      skip?.refresh();
      for (const { weights, transposed } of dense) kernels.transposeMatrix(weights, transposed);
    },
    run() {
      const numItems = isPerTerm ? size.numTerms : size.numRows;
      entry.run();
      if (layers.length > 0) runHidden(kernels, activation, layers, dense, outputs.matrix, numItems);
      if (skip === undefined) return;
      skip.run();
      kernels.addScaled(skipped.region, 1, outputs.region, numItems * outputs.matrix.stride);
    },
    backward(goals) {
      const numItems = isPerTerm ? size.numTerms : size.numRows;
      backwardHidden(kernels, layers, dense, outputGradient, numItems, goals.weights);
      entry.backward(first?.gradient.matrix ?? outputGradient, goals);
      skip?.backward(outputGradient, goals);
    },
  };
}
