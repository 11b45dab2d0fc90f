export { drift, kick } from "./leapfrog";
export { joinGoesOn, pairGoesOn } from "./turns";

/** First byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}
