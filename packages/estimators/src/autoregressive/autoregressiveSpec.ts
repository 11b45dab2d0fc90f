import type { Activation } from "@poolish/kernels";
import { type EncodedColumn, encodingWidth } from "../columns/encodedColumn.ts";
import {
  numBlockWeights,
  type SplitNetworkSpec,
  splitNetworkBlocks,
  type WeightBlock,
} from "../network/splitNetworkSpec.ts";
import { numSpreads } from "./gaussianLayer.ts";

/**
 * A density that is autoregressive over columns: categories first, then the numeric columns (continuous and counts) in
 * their order. Two networks of θ (the trunk) place the numeric columns, and scale and correlate them; a network for each column
 * (a branch), of θ and of the columns before it, shapes what is left, as a mixture of normals; categories are a softmax.
 */
export interface AutoregressiveSpec {
  readonly kind: "autoregressive";
  readonly columns: readonly EncodedColumn[];
  readonly numFeatures: number;
  readonly numConditions: number;
  /** Whether the trunk correlates the numeric columns. */
  readonly isCoupled: boolean;
  readonly numComponents: number;
  readonly trunk: HiddenSpec;
  readonly branch: HiddenSpec;
}

export interface HiddenSpec {
  readonly hidden: readonly number[];
  readonly activation: Activation;
}

/** Indices of the columns in the order in which they are explained: categories, then numbers. */
export function columnOrder(columns: readonly EncodedColumn[]): number[] {
  const indices = columns.map((_, c) => c);
  const isCategory = (c: number): boolean => columns[c].kind === "category";
  return [...indices.filter(isCategory), ...indices.filter((c) => !isCategory(c))];
}

/** The numeric columns, in order. */
export function numericColumns(columns: readonly EncodedColumn[]): number[] {
  return columnOrder(columns).filter((c) => columns[c].kind !== "category");
}

/** The two networks of the trunk: locations, and log scales with couplings (see `GaussianLayer`). */
export interface TrunkSpec {
  readonly location: SplitNetworkSpec;
  readonly spread: SplitNetworkSpec;
}

/** The trunk; undefined where every column is a category. */
export function trunkSpec(spec: AutoregressiveSpec): TrunkSpec | undefined {
  const numNumeric = numericColumns(spec.columns).length;
  if (numNumeric === 0) return undefined;
  const inputs = { numRowInputs: spec.numFeatures, numTermInputs: spec.numConditions + categoryWidth(spec.columns) };
  const shared = { ...spec.trunk, ...inputs, hasSkip: true };
  return {
    location: { ...shared, numOutputs: numNumeric },
    spread: { ...shared, numOutputs: numSpreads(numNumeric, spec.isCoupled) },
  };
}

/** The branch of the column at `position` of `columnOrder`. */
export function branchSpec(spec: AutoregressiveSpec, position: number): SplitNetworkSpec {
  const order = columnOrder(spec.columns);
  const column = spec.columns[order[position]];
  const before = order.slice(0, position).map((c) => spec.columns[c]);
  return {
    ...spec.branch,
    numRowInputs: spec.numFeatures,
    numTermInputs: spec.numConditions + widthOf(before),
    numOutputs: column.kind === "category" ? column.values.length : 3 * spec.numComponents,
    hasSkip: false,
  };
}

/** The blocks of the flat weights, in order: those of the trunk, then of each branch. */
export function autoregressiveBlocks(spec: AutoregressiveSpec): WeightBlock[] {
  const trunk = trunkSpec(spec);
  return [
    ...(trunk === undefined ? [] : splitNetworkBlocks(trunk.location, "location")),
    ...(trunk === undefined ? [] : splitNetworkBlocks(trunk.spread, "spread")),
    ...spec.columns.flatMap((_, position) => splitNetworkBlocks(branchSpec(spec, position), `branch.${position}`)),
  ];
}

export function numAutoregressiveWeights(spec: AutoregressiveSpec): number {
  return numBlockWeights(autoregressiveBlocks(spec));
}

/**
 * Term inputs of all networks: conditions, indicators of all categories, residuals of the numeric columns. Each network reads
 * as many of the first ones as it may see.
 */
export function numTermInputs(spec: AutoregressiveSpec): number {
  return spec.numConditions + categoryWidth(spec.columns) + numericColumns(spec.columns).length;
}

/** Numbers that the categories among the columns give to networks. */
export function categoryWidth(columns: readonly EncodedColumn[]): number {
  return widthOf(columns.filter(({ kind }) => kind === "category"));
}

/** Numbers that the columns give to the network of a later one. */
function widthOf(columns: readonly EncodedColumn[]): number {
  return columns.reduce((sum, column) => sum + encodingWidth(column), 0);
}
