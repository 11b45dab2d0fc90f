import { flowMatching } from "./flowMatching.ts";
import type { NoisePath } from "./noisePath.ts";
import { subVariancePreserving } from "./subVariancePreserving.ts";
import { varianceExploding } from "./varianceExploding.ts";
import { variancePreserving } from "./variancePreserving.ts";

/** Names of the paths, as recipes and files have them. */
export const PATH_NAMES: readonly [
  "flow-matching",
  "variance-preserving",
  "sub-variance-preserving",
  "variance-exploding",
] = ["flow-matching", "variance-preserving", "sub-variance-preserving", "variance-exploding"];
export type PathName = (typeof PATH_NAMES)[number];

/** A new path is a file beside the others, a name above and a line here. */
export const paths: Readonly<Record<PathName, NoisePath>> = {
  "flow-matching": flowMatching,
  "variance-preserving": variancePreserving,
  "sub-variance-preserving": subVariancePreserving,
  "variance-exploding": varianceExploding,
};
