import type { EncodedColumn } from "../columns/encodedColumn.ts";
import type { WeightBlock } from "../network/splitNetworkSpec.ts";
import type { MassGrid } from "./massGrid.ts";

/** What may follow a layer of a layered network. A sigmoid is a tanh: σ(z) = (1 + tanh(z / 2)) / 2. */
export type LayeredActivation = "identity" | "tanh" | "relu" | "softplus";

export interface LayeredLayer {
  readonly numOutputs: number;
  readonly activation: LayeredActivation;
}

/**
 * A network whose one output is the log-density itself, as likelihood approximation networks are (LANs; Fengler et al. 2021,
 * eLife 10:e65074): inputs are the parameters, the conditions, then the columns. Nothing but its training makes it integrate to 1,
 * unless there is a `normaliser`.
 */
export interface LayeredSpec {
  readonly kind: "layered";
  /** Continuous columns enter as they are (but held at bounds that parameters set), categories by their values. */
  readonly columns: readonly EncodedColumn[];
  readonly numFeatures: number;
  readonly numConditions: number;
  /** The last has one output. */
  readonly layers: readonly LayeredLayer[];
  /** Where it is there, the log of the mass on this grid is subtracted at each θ row. Conditions there are none then. */
  readonly normaliser?: MassGrid;
}

/** Inputs that differ from term to term: conditions, then columns. */
export function numLayeredTermInputs({ numConditions, columns }: LayeredSpec): number {
  return numConditions + columns.length;
}

/** The blocks of the flat weights, in order; matrices are inputs × outputs. */
export function layeredBlocks(spec: LayeredSpec): WeightBlock[] {
  const { layers, numFeatures } = spec;
  return layers.flatMap(({ numOutputs }, k) => {
    const bias = { name: `${k}.bias`, shape: [numOutputs] };
    if (k > 0) return [{ name: `${k}.weight`, shape: [layers[k - 1].numOutputs, numOutputs] }, bias];
    const rows = { name: "0.rowWeight", shape: [numFeatures, numOutputs] };
    return [rows, { name: "0.termWeight", shape: [numLayeredTermInputs(spec), numOutputs] }, bias];
  });
}
