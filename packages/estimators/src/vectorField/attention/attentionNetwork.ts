import { type Kernels, type Matrix, matrixLength } from "@poolish/kernels";
import type { SplitInputs } from "../../network/splitInputs.ts";
import type { BackwardGoals } from "../../network/splitLayer.ts";
import type { WeightBlocks } from "../../network/weightMemory.ts";
import { type BlockLayers, blockLayersCapacity, createBlockLayers } from "./attentionBlock.ts";
import { type AttentionInputs, type AttentionShape, numRowTokens } from "./attentionShape.ts";
import type { TermRange } from "./columnEntry.ts";
import { columnTokensCapacity, createColumnTokens } from "./columnTokens.ts";
import { createReadout, type Readout } from "./readout.ts";
import { createRowTokens, type RowTokens, rowTokensCapacity } from "./rowTokens.ts";

/** A transformer as the network of a field; see `AttentionShape`. Its parts serve the field's densities, too. */
export interface AttentionNetwork {
  readonly shape: AttentionShape;
  readonly layers: readonly BlockLayers[];
  readonly rowTokens: RowTokens;
  readonly readout: Readout;
  /** maxTerms × D: filled by `run`. */
  readonly outputs: Matrix;
  /** To be filled before `backward`. */
  readonly outputGradient: Matrix;
  /** To be called when weights have changed. */
  refresh(): void;
  /** To be called when rows have changed, before `run`. */
  runRows(): void;
  run(): void;
  /** Weights and rows as of `SplitNetwork`; gradients in terms are those of `FieldJet`. */
  backward(goals: BackwardGoals): void;
}

/** Float32 elements that `createAttentionNetwork` allocates. */
export function attentionNetworkCapacity(
  shape: AttentionShape,
  { numColumns, numFeatures }: AttentionInputs,
  maxRows: number,
  maxTerms: number,
): number {
  return (
    shape.numBlocks * blockLayersCapacity(shape) +
    rowTokensCapacity(shape, numFeatures, maxRows) +
    columnTokensCapacity(shape, numColumns, numRowTokens(shape, numFeatures), maxTerms, 0) +
    2 * matrixLength(maxTerms, numColumns)
  );
}

/** Allocates the network over `inputs`, whose terms begin with u; its weights are the blocks `prefix` (see `attentionBlocks`). */
export function createAttentionNetwork(
  kernels: Kernels,
  shape: AttentionShape,
  blocks: WeightBlocks,
  prefix: string,
  { rows, rowGradient, terms, rowOf, size }: SplitInputs,
  D: number,
): AttentionNetwork {
  const layers = Array.from({ length: shape.numBlocks }, (_, k) =>
    createBlockLayers(kernels, blocks, `${prefix}.block.${k}`),
  );
  const rowTokens = createRowTokens(kernels, shape, blocks, prefix, layers, rows);
  const tokens = createColumnTokens(kernels, shape, blocks, prefix, layers, rowTokens, D, terms.rows, 0);
  const readout = createReadout(blocks, prefix, shape.width, D);
  const outputs = kernels.allocateMatrix(terms.rows, D);
  const outputGradient = kernels.allocateMatrix(terms.rows, D);
  const rangeFrom = (first: number): TermRange => {
    return { terms, first, count: Math.min(tokens.mostTerms, size.numTerms - first) };
  };
  return {
    shape,
    layers,
    rowTokens,
    readout,
    outputs,
    outputGradient,
    refresh() {
      for (const { attend, mix, expand, contract } of layers) {
        for (const dense of [attend, mix, expand, contract]) dense.refresh();
      }
    },
    runRows: () => rowTokens.run(size.numRows),
    run() {
      for (let first = 0; first < size.numTerms; first += tokens.mostTerms) {
        const range = rangeFrom(first);
        tokens.run(range, rowOf, "none");
        readout.values(tokens.output, range, outputs);
      }
    },
    backward({ weights, rowInputs }) {
      const isWhole = size.numTerms <= tokens.mostTerms;
      for (let first = 0; first < size.numTerms; first += tokens.mostTerms) {
        const range = rangeFrom(first);
        const goal = first === 0 ? "overwrite" : "add";
        // Those that went through at once stand where the run left them.
        if (!isWhole) tokens.run(range, rowOf, "none");
        if (weights) readout.backwardWeights(tokens.output, outputGradient, range, goal);
        readout.adjoint(outputGradient, undefined, range, tokens.adjoint);
        tokens.backward(weights ? goal : "none", undefined);
      }
      if (weights || rowInputs) rowTokens.backward(weights ? "add" : "none", rowInputs ? rowGradient : undefined);
      else rowTokens.clear();
    },
  };
}
