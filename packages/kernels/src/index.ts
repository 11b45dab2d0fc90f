export type { Activation, LayerActivation } from "./activation.ts";
export type { AttentionGroups, AttentionKernels } from "./attentionKernels.ts";
export type { CountMixtureKernel, CountMixtureKernelOptions } from "./countMixtureKernel.ts";
export { createCountMixtureKernel } from "./createCountMixtureKernel.ts";
export { createKernels } from "./createKernels.ts";
export {
  createTrajectoryKernels,
  type TrajectoryKernels,
  type TrajectoryPoint,
  trajectoryBytes,
} from "./createTrajectoryKernels.ts";
export type { AdamOptions, Kernels, KernelsOptions } from "./kernels.ts";
export type { Accumulation, LayerKernels } from "./layerKernels.ts";
export { matrixLength, paddedColumns, paddedRows } from "./layout.ts";
export { columnsOf, type Indices, type Matrix, matrixOver, rowsOf, vectorOver } from "./matrix.ts";
export type { Region } from "./region.ts";
export type { RowKernels } from "./rowKernels.ts";
export { spansLength, withSpans } from "./spans.ts";
export type { TrajectoryCallbacks } from "./trajectoryModule.ts";
export type { MixtureKind, SplineShape, TransformKernels } from "./transformKernels.ts";
export { isVariantSupported, type SimdVariant } from "./variant.ts";
