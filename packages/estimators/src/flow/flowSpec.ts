import type { Activation } from "@poolish/kernels";
import type { ContinuousColumn } from "../columns/continuousColumn.ts";
import type { SplitNetworkSpec } from "../network/splitNetworkSpec.ts";
import { type Degrees, type MaskedBlock, maskedBlocks } from "./degrees.ts";

/**
 * A masked autoregressive flow (Papamakarios, Pavlakou & Murray 2017): transforms, one after another, carry the continuous
 * columns to independent standard normals. Each moves a column by a monotone function whose parameters a masked network
 * makes of θ, of the conditions and of the columns before it in the transform's order. "affine" is the flow of that paper;
 * "spline" follows the affine map with a rational-quadratic spline (Durkan et al. 2019, the autoregressive variant).
 */
export interface FlowSpec {
  readonly kind: "flow";
  readonly columns: readonly ContinuousColumn[];
  readonly numFeatures: number;
  readonly numConditions: number;
  readonly transform: FlowTransformSpec;
  /** For each transform, its columns in the order in which they are moved: the permutations between the transforms. */
  readonly orders: readonly (readonly number[])[];
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** A linear path beside the first network, from θ, conditions and the columns before to the means. */
  readonly hasSkip: boolean;
}

export type FlowTransformSpec =
  | { readonly kind: "affine" }
  /** K bins on [−bound, bound], in standard deviations of what the affine map leaves. */
  | { readonly kind: "spline"; readonly numBins: number; readonly bound: number };

/** Spline parameters of a column: K widths, K heights, K − 1 slopes. */
export function numSplineParameters(transform: FlowTransformSpec): number {
  return transform.kind === "spline" ? 3 * transform.numBins - 1 : 0;
}

/**
 * The network of a transform: all have this shape. Its term inputs are the columns, then the conditions; a single column
 * without conditions depends on θ alone. Its outputs: a mean for each column, a raw log scale for each, each one's spline.
 */
export function flowNetworkSpec(spec: FlowSpec): SplitNetworkSpec {
  const { columns, numFeatures, numConditions, transform, hidden, activation, hasSkip } = spec;
  const isAlone = columns.length === 1 && numConditions === 0;
  return {
    numRowInputs: numFeatures,
    numTermInputs: isAlone ? 0 : columns.length + numConditions,
    hidden,
    numOutputs: columns.length * (2 + numSplineParameters(transform)),
    activation,
    hasSkip,
  };
}

/** What sees what in the network of transform `k`: outputs of the column at position p see the columns before it. */
export function flowDegrees(spec: FlowSpec, k: number): Degrees {
  const { columns, numConditions, transform, orders } = spec;
  const position = columns.map((_, c) => orders[k].indexOf(c));
  const ofSplines = position.flatMap((p) => new Array<number>(numSplineParameters(transform)).fill(p));
  return {
    numDegrees: columns.length,
    termInputs: [...position.map((p) => p + 1), ...new Array<number>(numConditions).fill(0)],
    outputs: [...position, ...position, ...ofSplines],
  };
}

/** The blocks of the flat weights, in order: those of each transform's network. */
export function flowBlocks(spec: FlowSpec): MaskedBlock[] {
  const network = flowNetworkSpec(spec);
  return spec.orders.flatMap((_, k) =>
    maskedBlocks(network, flowDegrees(spec, k), `transform.${k}`).map((block) =>
      block.name.includes(".skip.") ? holdSkip(block, k === 0 ? spec.columns.length : 0) : block,
    ),
  );
}

/** Linear paths lead to the first `numFree` outputs alone: the means of the first transform. */
function holdSkip(block: MaskedBlock, numFree: number): MaskedBlock {
  const numOutputs = block.shape[1];
  return { ...block, mask: block.mask.map((free, i) => (i % numOutputs < numFree ? free : 0)) };
}
