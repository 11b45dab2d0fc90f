import type { Activation } from "@poolish/kernels";
import type { ContinuousColumn } from "../columns/continuousColumn.ts";
import { type SplitNetworkSpec, splitNetworkBlocks, type WeightBlock } from "../network/splitNetworkSpec.ts";

/**
 * A mixture of K normals with full covariance over D ≤ 32 continuous columns (Bishop 1994, "Mixture density networks";
 * Williams 1996 for the covariance). One network of θ and of the conditions makes K logits, K·D means and, for each component,
 * the lower triangle by rows of the Cholesky factor of its precision, logarithms on the diagonal.
 */
export interface MixtureDensitySpec {
  readonly kind: "mixture-density";
  readonly columns: readonly ContinuousColumn[];
  readonly numFeatures: number;
  readonly numConditions: number;
  readonly numComponents: number;
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** The kernel of triangular factors takes no more columns. */
export const MOST_MIXTURE_COLUMNS = 32;

/** Numbers of a triangle of `size` rows. */
export function triangleLength(size: number): number {
  return (size * (size + 1)) / 2;
}

export function mixtureNetworkSpec(spec: MixtureDensitySpec): SplitNetworkSpec {
  const { columns, numFeatures, numConditions, numComponents, hidden, activation } = spec;
  const perComponent = 1 + columns.length + triangleLength(columns.length);
  const numOutputs = numComponents * perComponent;
  return { numRowInputs: numFeatures, numTermInputs: numConditions, hidden, numOutputs, activation, hasSkip: true };
}

/** The blocks of the flat weights, in order. */
export function mixtureDensityBlocks(spec: MixtureDensitySpec): WeightBlock[] {
  return splitNetworkBlocks(mixtureNetworkSpec(spec), "mixture");
}
