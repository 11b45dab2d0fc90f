export { denseBackwardInput, denseForward } from "./dense";
export { activateRows, activateRowsGradient } from "./activation";
export { denseWeightGradient } from "./weightGradient";
export { addRows, addScaledRows, copyRows, largestIndex } from "./indexedRows";
export { transpose } from "./transpose";
export { exponential } from "./exponential";
export { tanh, tanhGradient } from "./tanh";
export { relu, reluGradient } from "./relu";
export { silu, siluGradient } from "./silu";
export { gelu, geluGradient } from "./gelu";
export { logarithm } from "./logarithm";
export { adam } from "./adam";
export { addScaled, moveAverage, multiply, scale, sumOfSquares } from "./elementwise";
export {
  logSoftmaxGradient, logSoftmaxRows, logSumExpGradient, logSumExpRows, softmaxGradient, softmaxRows,
} from "./softmax";
export { weightedSums } from "./weightedSums";
export { scaleRows, standardNormalRows } from "./standardNormal";
export { affineBackward, affineForward } from "./affine";
export { splineForward } from "./spline/forward";
export { splineBackward } from "./spline/backward";
export { splineInverse } from "./spline/inverse";
export { mixtureRows } from "./mixture";
export { mixtureRuns, mixtureRunsGradient } from "./mixtureRuns";
export { triangularBackward, triangularForward } from "./triangular";

/** First byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}
