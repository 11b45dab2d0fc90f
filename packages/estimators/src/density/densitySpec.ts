import { type AutoregressiveSpec, autoregressiveBlocks } from "../autoregressive/autoregressiveSpec.ts";
import type { EncodedColumn } from "../columns/encodedColumn.ts";
import { type CountMixtureSpec, countMixtureBlocks } from "../count/countMixtureSpec.ts";
import { type FlowSpec, flowBlocks } from "../flow/flowSpec.ts";
import { type LayeredSpec, layeredBlocks } from "../layered/layeredSpec.ts";
import { type MixtureDensitySpec, mixtureDensityBlocks } from "../mixtureDensity/mixtureDensitySpec.ts";
import { numBlockWeights, type WeightBlock } from "../network/splitNetworkSpec.ts";
import { type VectorFieldSpec, vectorFieldBlocks } from "../vectorField/vectorFieldSpec.ts";

/** The architecture of a conditional density, as data. */
export type DensitySpec =
  | CountMixtureSpec
  | AutoregressiveSpec
  | FlowSpec
  | MixtureDensitySpec
  | LayeredSpec
  | VectorFieldSpec;

/** The blocks of one member's flat weights, in order. */
export function densityBlocks(spec: DensitySpec): readonly WeightBlock[] {
  switch (spec.kind) {
    case "count-mixture":
      return countMixtureBlocks(spec);
    case "autoregressive":
      return autoregressiveBlocks(spec);
    case "flow":
      return flowBlocks(spec);
    case "mixture-density":
      return mixtureDensityBlocks(spec);
    case "layered":
      return layeredBlocks(spec);
    case "vector-field":
      return vectorFieldBlocks(spec);
  }
}

/** The number of weights of one member. */
export function numDensityWeights(spec: DensitySpec): number {
  return numBlockWeights(densityBlocks(spec));
}

/** How the density sees each column. */
export function encodedColumns(spec: DensitySpec): readonly EncodedColumn[] {
  if (spec.kind !== "count-mixture") return spec.columns;
  return [{ kind: "count", scale: spec.scale, largestCount: spec.largestCount }];
}
