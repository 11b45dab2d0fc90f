export { begin, grow, report } from "./grow";
export { kineticEnergies, logDensities, stepsMoved } from "./points";
export { layOut } from "./vectors";

/** First byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}
