import { columnsOf, type Kernels } from "@poolish/kernels";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import type { SplitInputs } from "../network/splitInputs.ts";
import { createSplitNetwork, type SplitNetwork } from "../network/splitNetwork.ts";
import type { WeightBlocks } from "../network/weightMemory.ts";
import {
  type AutoregressiveSpec,
  branchSpec,
  categoryWidth,
  columnOrder,
  numericColumns,
} from "./autoregressiveSpec.ts";
import { type CategoryHead, createCategoryHead } from "./categoryHead.ts";
import type { HeadContext } from "./columnHead.ts";
import { type CountHead, createCountHead } from "./countHead.ts";
import type { GaussianLayer } from "./gaussianLayer.ts";
import { createMixtureHead, type MixtureHead } from "./mixtureHead.ts";

/** What explains one column: its network, and the head that the network feeds. */
export interface Branch {
  /** The column, and its place among the numeric ones (−1 for a category). */
  readonly column: number;
  readonly numeric: number;
  readonly encoded: EncodedColumn;
  readonly network: SplitNetwork;
  readonly head:
    | { readonly kind: "category"; readonly head: CategoryHead }
    | { readonly kind: "continuous"; readonly head: MixtureHead }
    | { readonly kind: "count"; readonly head: CountHead };
}

/** What the numeric columns' heads read: the layer, and the columns on the standardised scale. */
export interface NumericParts {
  readonly layer: GaussianLayer;
  readonly standardized: readonly Float64Array[];
}

/** The term input that holds the residual of numeric column `numeric`. */
export function residualInput({ numConditions, columns }: AutoregressiveSpec, numeric: number): number {
  return numConditions + categoryWidth(columns) + numeric;
}

export function createBranch(
  kernels: Kernels,
  spec: AutoregressiveSpec,
  position: number,
  blocks: WeightBlocks,
  inputs: SplitInputs,
  numbers: NumericParts,
): Branch {
  const column = columnOrder(spec.columns)[position];
  const numeric = numericColumns(spec.columns).indexOf(column);
  const network = createSplitNetwork(kernels, branchSpec(spec, position), blocks, `branch.${position}`, inputs);
  const context: HeadContext = {
    kernels,
    network,
    size: inputs.size,
    itemOfTerm: network.isPerTerm ? inputs.termItself : inputs.rowOf.values,
    itemIndices: network.isPerTerm ? null : inputs.rowOf,
    maxTerms: inputs.terms.rows,
  };
  const encoded = spec.columns[column];
  return { column, numeric, encoded, network, head: createHead(spec, encoded, numeric, context, inputs, numbers) };
}

function createHead(
  spec: AutoregressiveSpec,
  encoded: EncodedColumn,
  numeric: number,
  context: HeadContext,
  { terms }: SplitInputs,
  { layer, standardized }: NumericParts,
): Branch["head"] {
  const { numComponents } = spec;
  switch (encoded.kind) {
    case "category":
      return { kind: "category", head: createCategoryHead(context) };
    case "continuous": {
      const x = columnsOf(terms, residualInput(spec, numeric), 1);
      return { kind: "continuous", head: createMixtureHead(context, numComponents, x) };
    }
    case "count": {
      const scales = {
        residual: layer.residuals[numeric],
        middle: standardized[numeric],
        scale: layer.scales[numeric],
        logScale: layer.logScales[numeric],
      };
      return { kind: "count", head: createCountHead(context, numComponents, encoded.scale, scales) };
    }
  }
}
