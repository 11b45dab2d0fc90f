export { dense } from "./dense";
export { transpose } from "./transpose";
export { denseWeightGradient } from "./weightGradient";
export { exponential } from "./exponential";
export { tanh, tanhGradient } from "./tanh";
export { relu, reluGradient } from "./relu";
export { silu, siluGradient } from "./silu";
export { gelu, geluGradient } from "./gelu";
export { adam } from "./adam";
export { scale, sumOfSquares } from "./elementwise";

/** First byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}
