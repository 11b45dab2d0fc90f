/**
 * Speed of @poolish/kernels: products beside the plain 30-line one that they grew from (`prototypes/gemm`, compiled in the
 * same run, measured by turns), elementwise kernels, kernels of rows. `npm run bench:kernels`
 */
import { setFlagsFromString } from "node:v8";
import { isVariantSupported } from "@poolish/kernels";
import { benchCountMixture } from "./kernels/countMixture.ts";
import { benchElementwise } from "./kernels/elementwise.ts";
import { benchProducts } from "./kernels/products.ts";
import { benchRows } from "./kernels/rows.ts";

// Node 20 hides relaxed SIMD behind a flag; later versions have it on. A bench may ask for it, the library never does.
setFlagsFromString("--experimental-wasm-relaxed-simd");

for (const variant of ["simd128", "relaxed-simd"] as const) {
  if (!isVariantSupported(variant)) {
    console.log(`\n${variant}: skipped, this engine does not have it`);
    continue;
  }
  benchProducts(variant);
  benchRows(variant);
  benchElementwise(variant);
}
benchCountMixture();
