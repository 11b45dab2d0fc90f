import type { Fit } from "@poolish/inference";
import type { Estimator } from "@poolish/sbi";

/** Results as plain data. The same seed on the same machine, backend and SIMD variant gives the same numbers to the last digit. */
export function summaryJson(fit: Fit, chips: Estimator) {
  const { divergences, eBfmi, maxTreeDepthHits } = fit.diagnostics();
  const { inference_library_version: poolish, simd_variant: simdVariant } = fit.toInferenceData().attrs;
  return {
    parameters: fit.summary(),
    diagnostics: { divergences, eBfmi, maxTreeDepthHits },
    notices: fit.notices(),
    seed: fit.seed,
    environment: {
      poolish,
      simdVariant,
      trainedBy: chips.spec.provenance.backend,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
  };
}
