import { type Argument, counts, positive } from "@poolish/core";
import { digamma, logBeta, poissonVariate, standardGamma } from "@poolish/math";
import { distribution } from "./distribution.ts";
import type { Distribution, Family } from "./family.ts";
import { areParametersOnSupport, isCount, isPositive, refuseElement } from "./familySupport.ts";

/**
 * NegativeBinomial(mean, dispersion) on 0, 1, 2, …: variance mean + mean² / dispersion, so Poisson(mean) is its limit
 * for dispersion → ∞ (Stan's neg_binomial_2).
 */
export const negativeBinomialFamily: Family = {
  name: "negativeBinomial",
  isDiscrete: true,
  parameters: [
    { name: "mean", support: positive },
    { name: "dispersion", support: positive },
  ],
  support: () => counts,
  evaluate(count, xs, [means, dispersions], logTerms, partials) {
    const [xPartials, meanPartials, dispersionPartials] = partials;
    let lastDispersion = NaN;
    let digammaOfDispersion = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const mean = means.values[means.offset + i * means.stride];
      const dispersion = dispersions.values[dispersions.offset + i * dispersions.stride];
      if (!(isCount(x) && isPositive(mean) && isPositive(dispersion))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(mean) || Number.isNaN(dispersion));
        continue;
      }
      if (dispersion !== lastDispersion) {
        lastDispersion = dispersion;
        digammaOfDispersion = digamma(dispersion);
      }
      const sum = mean + dispersion;
      const logRatio = Math.log1p(mean / dispersion);
      // Γ(x + φ) / (Γ(φ) x!) = 1 / (x B(x, φ)) keeps its digits as φ → ∞; 1 for x = 0.
      const logCoefficient = x === 0 ? 0 : -Math.log(x) - logBeta(x, dispersion);
      logTerms[i] = logCoefficient - dispersion * logRatio + x * Math.log(mean / sum);
      xPartials[i] = 0;
      meanPartials[i] = ((x - mean) / mean) * (dispersion / sum);
      dispersionPartials[i] = digamma(x + dispersion) - digammaOfDispersion - logRatio + (mean - x) / sum;
    }
  },
  /** A Poisson whose rate is Gamma distributed. */
  sample(rng, parameters) {
    if (!areParametersOnSupport(negativeBinomialFamily, parameters)) return NaN;
    const [mean, dispersion] = parameters;
    return poissonVariate(rng, standardGamma(rng, dispersion) * (mean / dispersion));
  },
};

/**
 * Negative binomial distribution by `mean` > 0 and `dispersion` > 0; the smaller the dispersion, the wider.
 * @throws PoolishError naming a bad parameter.
 */
export function negativeBinomial(mean: Argument, dispersion: Argument): Distribution {
  return distribution(negativeBinomialFamily, [mean, dispersion]);
}
