import { logSumExp } from "@poolish/math";
import { psis } from "@poolish/mcmc";

/** One unit's elpd by importance sampling. */
export interface UnitElpd {
  readonly elpd: number;
  readonly kHat: number;
  /** log of the mean likelihood over draws: what the unit's density is when it is not left out. */
  readonly logMean: number;
  /**
   * Standard error of the elpd when likelihood i has the relative error `relativeErrors[i]`, all of them independent,
   * and the bias that the curvature of 1 / likelihood adds, in quadrature.
   */
  errorGiven(relativeErrors: Float64Array): number;
}

/** log Σ w p with Pareto-smoothed weights w ∝ 1 / p; `logLikelihoods` has log p at each draw (Vehtari et al. 2017, eq. 10). */
export function elpdOf(logLikelihoods: Float64Array, rEff: number): UnitElpd {
  const { logWeights, kHat } = psis(
    logLikelihoods.map((value) => -value),
    { rEff },
  );
  const terms = logWeights.map((logWeight, i) => logWeight + logLikelihoods[i]);
  return {
    elpd: logSumExp(terms),
    kHat,
    logMean: logSumExp(logLikelihoods) - Math.log(logLikelihoods.length),
    errorGiven(relativeErrors) {
      let variance = 0;
      let bias = 0;
      for (let i = 0; i < relativeErrors.length; i++) {
        // With w = 1 / Σ(1/p) · 1/p the elpd is log(S) - log Σ 1/p: its derivative in log p_i is w_i.
        const weight = Math.exp(logWeights[i]);
        variance += (weight * relativeErrors[i]) ** 2;
        bias += weight * relativeErrors[i] ** 2;
      }
      return Math.hypot(Math.sqrt(variance), bias);
    },
  };
}
