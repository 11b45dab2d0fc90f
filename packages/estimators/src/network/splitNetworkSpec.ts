import type { Activation } from "@poolish/kernels";

/**
 * A fully connected network whose inputs come in two parts: those of a θ row, which many terms share, and those of a term.
 * The first layer is split accordingly, so that what depends on the row alone is computed once a row.
 */
export interface SplitNetworkSpec {
  readonly numRowInputs: number;
  readonly numTermInputs: number;
  /**
   * Widths of the hidden layers; the activation follows each. Where two in succession are equal, the second is residual:
   * it adds to the values of the first (He et al. 2016).
   */
  readonly hidden: readonly number[];
  readonly numOutputs: number;
  readonly activation: Activation;
  /** Adds a linear path from all inputs to all outputs. */
  readonly hasSkip: boolean;
}

/** A named block of flat weights, row-major. */
export interface WeightBlock {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major like the weights: 1 where a weight is free, 0 where it is held at 0; without it, all are free. */
  readonly mask?: Float32Array;
}

/**
 * The blocks of a network's flat weights, in order; matrices are inputs × outputs. A block without elements (no term
 * inputs) is left out.
 */
export function splitNetworkBlocks(spec: SplitNetworkSpec, prefix: string): WeightBlock[] {
  const { numRowInputs, numTermInputs, hidden, numOutputs, hasSkip } = spec;
  const widths = [...hidden, numOutputs];
  const split = (name: string, outputs: number): WeightBlock[] => [
    { name: `${prefix}.${name}.rowWeight`, shape: [numRowInputs, outputs] },
    { name: `${prefix}.${name}.termWeight`, shape: [numTermInputs, outputs] },
  ];
  const deeper = widths.slice(1).flatMap((outputs, k) => [
    { name: `${prefix}.${k + 1}.weight`, shape: [widths[k], outputs] },
    { name: `${prefix}.${k + 1}.bias`, shape: [outputs] },
  ]);
  const first = [...split("0", widths[0]), { name: `${prefix}.0.bias`, shape: [widths[0]] }];
  return [...first, ...deeper, ...(hasSkip ? split("skip", numOutputs) : [])].filter(
    ({ shape }) => blockLength(shape) > 0,
  );
}

export function blockLength(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The number of weights of the blocks. */
export function numBlockWeights(blocks: readonly WeightBlock[]): number {
  return blocks.reduce((sum, { shape }) => sum + blockLength(shape), 0);
}
