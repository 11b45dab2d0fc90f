import type { AnyEstimator } from "./anyEstimator.ts";
import { densityBlocks } from "./density/densitySpec.ts";
import { embeddingBlocks } from "./embedding/embeddingSpec.ts";
import type { WeightBlock } from "./network/splitNetworkSpec.ts";
import { ratioBlocks } from "./ratio/ratioSpec.ts";

/** What an estimator's file may say of it; `target` tells them apart. */
export type AnyEstimatorSpec = AnyEstimator["spec"];

/** The blocks of one member's flat weights, in order. */
export function memberBlocks(spec: AnyEstimatorSpec): readonly WeightBlock[] {
  switch (spec.target) {
    case "likelihood":
    case "density":
      return densityBlocks(spec.density);
    case "ratio":
      return ratioBlocks(spec.ratio);
    case "posterior":
    case "vector-field":
      return [...embeddingBlocks(spec.embedding), ...densityBlocks(spec.density)];
  }
}
