import { type Argument, counts, real } from "@poolish/core";
import { logFactorial, logPoissonMass, poissonVariate } from "@poolish/math";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { poissonTail } from "./cumulative/countTails.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isCount, refuseElement } from "./familySupport.ts";

/** Counts from here on have masses whose plain formula loses digits. */
const LARGE = 256;

/** PoissonLog(logRate) on 0, 1, 2, …: Poisson with rate exp(logRate), also where that underflows. */
export const poissonLogFamily: ScalarFamily = {
  name: "poissonLog",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [{ name: "logRate", support: real }],
  support: () => counts,
  evaluate(count, xs, [logRates], logTerms, partials) {
    const [xPartials, logRatePartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const logRate = logRates.values[logRates.offset + i * logRates.stride];
      if (!(isCount(x) && Number.isFinite(logRate))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(logRate));
        continue;
      }
      const rate = Math.exp(logRate);
      if (rate === Infinity) {
        refuseElement(i, logTerms, partials, false);
        continue;
      }
      const isPlain = x < LARGE || rate === 0;
      logTerms[i] = isPlain ? x * logRate - rate - logFactorial(x) : logPoissonMass(x, rate);
      xPartials[i] = 0;
      logRatePartials[i] = x - rate;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(poissonLogFamily, parameters)) return NaN;
    return poissonVariate(rng, Math.exp(parameters[0]));
  },
  logCumulative: countCumulative(
    () => poissonLogFamily,
    (side, k, [logRate], scores) => {
      const rate = Math.exp(logRate);
      const [logMass, byRate] = poissonTail(side, k, rate);
      scores[0] = byRate * rate;
      return logMass;
    },
  ),
};

/** Poisson distribution by the logarithm of its rate. @throws PoolishError naming a bad parameter. */
export function poissonLog(logRate: Argument): Distribution {
  return distribution(poissonLogFamily, [logRate]);
}
