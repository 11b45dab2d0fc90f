import { type Argument, counts, positive } from "@poolish/core";
import { digammaMinusLog, log1pMinus, logBeta, logBinomialMass, poissonVariate, standardGamma } from "@poolish/math";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { betaTail } from "./cumulative/countTails.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isCount, isPositive, refuseElement } from "./familySupport.ts";

/** Counts from here on have masses whose plain formula loses digits. */
const LARGE = 256;

function logMass(x: number, mean: number, dispersion: number): number {
  const logZero = -dispersion * Math.log1p(mean / dispersion);
  if (x === 0) return logZero;
  const sum = mean + dispersion;
  // Γ(x + φ) / (Γ(φ) x!) = 1 / (x B(x, φ)) keeps its digits as φ → ∞.
  if (x < LARGE) return logZero + x * Math.log(mean / sum) - Math.log(x) - logBeta(x, dispersion);
  return logBinomialMass(x, dispersion, mean / sum, dispersion / sum) - Math.log1p(x / dispersion);
}

/**
 * NegativeBinomial(mean, dispersion) on 0, 1, 2, …: variance mean + mean² / dispersion, so Poisson(mean) is its limit
 * for dispersion → ∞ (Stan's neg_binomial_2).
 */
export const negativeBinomialFamily: ScalarFamily = {
  name: "negativeBinomial",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [
    { name: "mean", support: positive },
    { name: "dispersion", support: positive },
  ],
  support: () => counts,
  evaluate(count, xs, [means, dispersions], logTerms, partials) {
    const [xPartials, meanPartials, dispersionPartials] = partials;
    let lastDispersion = NaN;
    let digammaRest = NaN;
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
        digammaRest = digammaMinusLog(dispersion);
      }
      const sum = mean + dispersion;
      logTerms[i] = logMass(x, mean, dispersion);
      xPartials[i] = 0;
      meanPartials[i] = ((x - mean) / mean) * (dispersion / sum);
      // ψ(x + φ) - ψ(φ) - log(1 + μ/φ) + (μ - x)/(μ + φ), its large logarithms cancelled by hand.
      dispersionPartials[i] = digammaMinusLog(x + dispersion) - digammaRest + log1pMinus((x - mean) / sum);
    }
  },
  /** A Poisson whose rate is Gamma distributed. */
  sample(rng, parameters) {
    if (!areParametersOnSupport(negativeBinomialFamily, parameters)) return NaN;
    const [mean, dispersion] = parameters;
    return poissonVariate(rng, standardGamma(rng, dispersion) * (mean / dispersion));
  },
  logCumulative: countCumulative(
    () => negativeBinomialFamily,
    (side, k, [mean, dispersion], scores) => {
      const sum = mean + dispersion;
      // P(X ≤ k) = P(B ≤ q) for B ~ Beta(φ, k + 1) and q = φ / (μ + φ); P(X ≥ k) has Beta(φ, k) and B ≥ q.
      const isBelow = side === "below";
      const shares = [dispersion / sum, mean / sum] as const;
      const [logTail, byShare, byA] = betaTail(side, shares, dispersion, isBelow ? k + 1 : k);
      scores[0] = (-byShare * dispersion) / (sum * sum);
      scores[1] = byA + (byShare * mean) / (sum * sum);
      return logTail;
    },
  ),
};

/**
 * Negative binomial distribution by `mean` > 0 and `dispersion` > 0; the smaller the dispersion, the wider.
 * @throws PoolishError naming a bad parameter.
 */
export function negativeBinomial(mean: Argument, dispersion: Argument): Distribution {
  return distribution(negativeBinomialFamily, [mean, dispersion]);
}
