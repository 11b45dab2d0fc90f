import {
  type AutoregressiveSpec,
  categoryWidth,
  type HiddenSpec,
  numericColumns,
  type TrunkSpec,
  trunkSpec,
} from "../autoregressive/autoregressiveSpec.ts";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
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
 * A ratio's architecture: log r(x, θ) = log N(x; μ(θ), Σ(θ)) + z · (Q z + b) + network(z, e). Two networks of θ (the trunk,
 * as in `AutoregressiveSpec`) place, scale and correlate the numeric columns, e are the residuals that they leave, z the
 * features of θ, conditions, indicators of categories and numeric columns, all standardised. Without Q and the network it
 * has the ratios of linear Gaussian simulators; the quadratic form begins at minus the log-density of x.
 */
export interface RatioSpec {
  readonly kind: "ratio";
  readonly columns: readonly EncodedColumn[];
  /** One for each column. */
  readonly reaches: readonly ColumnReach[];
  readonly numFeatures: number;
  readonly numConditions: number;
  /** Whether the trunk correlates the numeric columns. */
  readonly isCoupled: boolean;
  readonly trunk: HiddenSpec;
  readonly network: HiddenSpec;
}

/**
 * Term inputs, in order: conditions, indicators of all categories, numeric columns, residuals of these. Networks read as
 * many of the first ones as they need.
 */
export interface RatioInputs {
  /** What the trunk reads: conditions and indicators. */
  readonly numKnown: number;
  /** Columns as the quadratic form reads them, with what stands before. */
  readonly numObserved: number;
  /** All, with the residuals. */
  readonly numAll: number;
}

export function ratioInputs({ columns, numConditions }: Pick<RatioSpec, "columns" | "numConditions">): RatioInputs {
  const numNumeric = numericColumns(columns).length;
  const numKnown = numConditions + categoryWidth(columns);
  return { numKnown, numObserved: numKnown + numNumeric, numAll: numKnown + 2 * numNumeric };
}

export function ratioNetworkSpec(spec: RatioSpec): SplitNetworkSpec {
  const inputs = { numRowInputs: spec.numFeatures, numTermInputs: ratioInputs(spec).numAll };
  return { ...inputs, ...spec.network, numOutputs: 1, hasSkip: false };
}

/** Q z + b, which is to be multiplied by z. */
export function quadraticSpec(spec: RatioSpec): SplitNetworkSpec {
  const { numFeatures, network } = spec;
  const { numObserved } = ratioInputs(spec);
  const inputs = { numRowInputs: numFeatures, numTermInputs: numObserved, numOutputs: numFeatures + numObserved };
  return { ...inputs, hidden: [], activation: network.activation, hasSkip: false };
}

/** The trunk; undefined where every column is a category. */
export function ratioTrunkSpec(spec: RatioSpec): TrunkSpec | undefined {
  return trunkSpec(autoregressiveTwin(spec));
}

/** A density with the same trunk. */
function autoregressiveTwin({ kind: _, network, reaches: _reaches, ...rest }: RatioSpec): AutoregressiveSpec {
  return { ...rest, kind: "autoregressive", numComponents: 1, branch: network };
}

/** The blocks of one member's flat weights, in order. */
export function ratioBlocks(spec: RatioSpec): WeightBlock[] {
  const trunk = ratioTrunkSpec(spec);
  return [
    ...(trunk === undefined ? [] : splitNetworkBlocks(trunk.location, "location")),
    ...(trunk === undefined ? [] : splitNetworkBlocks(trunk.spread, "spread")),
    ...splitNetworkBlocks(ratioNetworkSpec(spec), "network"),
    ...splitNetworkBlocks(quadraticSpec(spec), "quadratic"),
  ];
}

/** The number of weights of one member. */
export function numRatioWeights(spec: RatioSpec): number {
  return numBlockWeights(ratioBlocks(spec));
}
