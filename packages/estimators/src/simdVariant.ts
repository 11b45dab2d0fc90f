import { createKernels } from "@poolish/kernels";

/** The SIMD variant that networks run with in this process: results are equal to the bit for one variant only. */
export function simdVariant(): string {
  return createKernels({ capacity: 4 }).variant;
}
