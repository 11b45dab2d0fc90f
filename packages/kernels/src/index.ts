export type { CountMixtureKernel, CountMixtureKernelOptions } from "./countMixtureKernel.ts";
export { createCountMixtureKernel } from "./createCountMixtureKernel.ts";
export { createKernels } from "./createKernels.ts";
export type { Activation, AdamOptions, Kernels, KernelsOptions } from "./kernels.ts";
export { matrixLength, paddedColumns, paddedRows } from "./layout.ts";
export type { Region } from "./region.ts";
export { isVariantSupported, type SimdVariant } from "./variant.ts";
