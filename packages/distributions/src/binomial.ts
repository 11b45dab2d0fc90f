import { type Argument, counts, interval, type ScalarSupport } from "@poolish/core";
import { binomialVariate, logBeta, logBinomialMass } from "@poolish/math";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { binomialTail } from "./cumulative/countTails.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isCount, refuseElement } from "./familySupport.ts";

/** Masses with that many successes and failures lose digits by the plain formula. */
const LARGE = 256;

/**
 * Binomial(trials, probability) on 0 … trials. `trials` is a count, 0 or more, and its partial derivative is 0 like
 * that of x.
 */
export const binomialFamily: ScalarFamily = {
  name: "binomial",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [
    { name: "trials", support: counts },
    { name: "probability", support: interval(0, 1) },
  ],
  support: ([trials]): ScalarSupport => ({ kind: "integer", lower: 0, upper: trials }),
  evaluate(count, xs, [trialsColumn, probabilities], logTerms, partials) {
    const [xPartials, trialsPartials, probabilityPartials] = partials;
    let lastProbability = NaN;
    let logProbability = NaN;
    let logComplement = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const trials = trialsColumn.values[trialsColumn.offset + i * trialsColumn.stride];
      const probability = probabilities.values[probabilities.offset + i * probabilities.stride];
      if (!(isCount(x) && isCount(trials) && x <= trials && probability > 0 && probability < 1)) {
        const isAnyNaN = Number.isNaN(x) || Number.isNaN(trials) || Number.isNaN(probability);
        refuseElement(i, logTerms, partials, isAnyNaN);
        continue;
      }
      if (probability !== lastProbability) {
        lastProbability = probability;
        logProbability = Math.log(probability);
        logComplement = Math.log1p(-probability);
      }
      const failures = trials - x;
      logTerms[i] =
        x < LARGE || failures < LARGE
          ? x * logProbability + failures * logComplement - Math.log1p(trials) - logBeta(failures + 1, x + 1)
          : logBinomialMass(x, failures, probability, 1 - probability);
      xPartials[i] = 0;
      trialsPartials[i] = 0;
      probabilityPartials[i] = (x - trials * probability) / (probability * (1 - probability));
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(binomialFamily, parameters)) return NaN;
    return binomialVariate(rng, parameters[0], parameters[1]);
  },
  logCumulative: countCumulative(
    () => binomialFamily,
    (side, k, [trials, probability], scores) => {
      const [logMass, byProbability] = binomialTail(side, k, trials, [probability, 1 - probability]);
      scores[0] = 0;
      scores[1] = byProbability;
      return logMass;
    },
  ),
};

/** Binomial distribution: successes in `trials`, each with `probability`. @throws PoolishError naming a bad parameter. */
export function binomial(trials: Argument, probability: Argument): Distribution {
  return distribution(binomialFamily, [trials, probability]);
}
