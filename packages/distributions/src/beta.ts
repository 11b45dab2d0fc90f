import { type Argument, interval, positive } from "@poolish/core";
import { digamma, logBeta, logistic, logStandardGamma } from "@poolish/math";
import { betaTermSlope, LARGE, logBetaTerm } from "./betaTerm.ts";
import { logitDensity } from "./cumulative/logitDensity.ts";
import { quadratureCumulative } from "./cumulative/quadratureCumulative.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

const unitInterval = interval(0, 1);

/** Beta(a, b) on (0, 1): mean a / (a + b). */
export const betaFamily: ScalarFamily = {
  name: "beta",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "a", support: positive },
    { name: "b", support: positive },
  ],
  support: () => unitInterval,
  evaluate(count, xs, [as, bs], logTerms, partials) {
    const [xPartials, aPartials, bPartials] = partials;
    let lastA = NaN;
    let lastB = NaN;
    let logNormaliser = NaN;
    let aConstant = NaN;
    let bConstant = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const a = as.values[as.offset + i * as.stride];
      const b = bs.values[bs.offset + i * bs.stride];
      if (!(x > 0 && x < 1 && isPositive(a) && isPositive(b))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(a) || Number.isNaN(b));
        continue;
      }
      if (a !== lastA || b !== lastB) {
        lastA = a;
        lastB = b;
        logNormaliser = -logBeta(a, b);
        const digammaOfSum = digamma(a + b);
        aConstant = digammaOfSum - digamma(a);
        bConstant = digammaOfSum - digamma(b);
      }
      const logX = Math.log(x);
      const logComplement = Math.log1p(-x);
      const areLarge = a >= LARGE && b >= LARGE;
      logTerms[i] = areLarge
        ? logBetaTerm(a, b, logX, logComplement) - logX - logComplement
        : logNormaliser + (a - 1) * logX + (b - 1) * logComplement;
      xPartials[i] = (a - 1) / x - (b - 1) / (1 - x);
      aPartials[i] = areLarge ? betaTermSlope(a, b, logX) : aConstant + logX;
      bPartials[i] = areLarge ? betaTermSlope(b, a, logComplement) : bConstant + logComplement;
    }
  },
  /** Of two gammas in logs, because both may underflow; a draw nearer to a bound than a double can say is the bound. */
  sample(rng, parameters) {
    if (!areParametersOnSupport(betaFamily, parameters)) return NaN;
    const logFirst = logStandardGamma(rng, parameters[0]);
    return logistic(logFirst - logStandardGamma(rng, parameters[1]));
  },
  logCumulative: quadratureCumulative((parameters) =>
    areParametersOnSupport(betaFamily, parameters) ? logitDensity(parameters[0], parameters[1]) : undefined,
  ),
};

/** Beta distribution with `a` > 0 and `b` > 0. @throws PoolishError naming a bad parameter. */
export function beta(a: Argument, b: Argument): Distribution {
  return distribution(betaFamily, [a, b]);
}
