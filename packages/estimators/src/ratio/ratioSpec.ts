import type { Activation } from "@poolish/kernels";
import { type EncodedColumn, encodingWidth } from "../columns/encodedColumn.ts";
import {
  numBlockWeights,
  type SplitNetworkSpec,
  splitNetworkBlocks,
  type WeightBlock,
} from "../network/splitNetworkSpec.ts";

/**
 * How far a column reaches on its standardised scale: a side that a parameter bounds ends at the simulations' last value.
 * Beyond it lie pairs that the simulator cannot make.
 */
export interface ColumnReach {
  readonly lower: number;
  readonly upper: number;
}

/**
 * A ratio's architecture: log r(x, θ) = network(z) + z · (Q z + b), z the features of θ followed by the conditions and the
 * encoded columns, all standardised. The quadratic form has the ratios of jointly normal (θ, x) exactly, and a residual
 * network adds what is left.
 */
export interface RatioSpec {
  readonly kind: "ratio";
  readonly columns: readonly EncodedColumn[];
  /** One for each column. */
  readonly reaches: readonly ColumnReach[];
  readonly numFeatures: number;
  readonly numConditions: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** Inputs of a term: conditions, then each column as a number or as the indicators of its categories. */
export function numRatioTermInputs({ numConditions, columns }: Pick<RatioSpec, "numConditions" | "columns">): number {
  return columns.reduce((sum, column) => sum + encodingWidth(column), numConditions);
}

export function ratioNetworkSpec(spec: RatioSpec): SplitNetworkSpec {
  const { numFeatures, hidden, activation } = spec;
  const inputs = { numRowInputs: numFeatures, numTermInputs: numRatioTermInputs(spec) };
  return { ...inputs, hidden, numOutputs: 1, activation, hasSkip: false };
}

/** Q z + b, which is to be multiplied by z. */
export function quadraticSpec(spec: RatioSpec): SplitNetworkSpec {
  const { numRowInputs, numTermInputs, activation } = ratioNetworkSpec(spec);
  const numOutputs = numRowInputs + numTermInputs;
  return { numRowInputs, numTermInputs, hidden: [], numOutputs, activation, hasSkip: false };
}

/** The blocks of one member's flat weights, in order. */
export function ratioBlocks(spec: RatioSpec): WeightBlock[] {
  return [
    ...splitNetworkBlocks(ratioNetworkSpec(spec), "network"),
    ...splitNetworkBlocks(quadraticSpec(spec), "quadratic"),
  ];
}

/** The number of weights of one member. */
export function numRatioWeights(spec: RatioSpec): number {
  return numBlockWeights(ratioBlocks(spec));
}
