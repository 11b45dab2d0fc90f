export { readMixtures } from "./mixtures";
export { findEdges, moveEdges } from "./edges";
export { sumTerms } from "./terms";
export { pullback } from "./pullback";

/** First byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}
