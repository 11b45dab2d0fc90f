import { type Argument, counts, positive } from "@poolish/core";
import { logFactorial, logPoissonMass, poissonVariate } from "@poolish/math";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { poissonTail } from "./cumulative/countTails.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isCount, isPositive, refuseElement } from "./familySupport.ts";

/** Counts from here on have masses whose plain formula loses digits. */
const LARGE = 256;

/** Poisson(rate) on 0, 1, 2, …: mean and variance are `rate`. */
export const poissonFamily: ScalarFamily = {
  name: "poisson",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [{ name: "rate", support: positive }],
  support: () => counts,
  evaluate(count, xs, [rates], logTerms, partials) {
    const [xPartials, ratePartials] = partials;
    let lastRate = NaN;
    let logRate = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const rate = rates.values[rates.offset + i * rates.stride];
      if (!(isCount(x) && isPositive(rate))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(rate));
        continue;
      }
      if (rate !== lastRate) {
        lastRate = rate;
        logRate = Math.log(rate);
      }
      logTerms[i] = x < LARGE ? x * logRate - rate - logFactorial(x) : logPoissonMass(x, rate);
      xPartials[i] = 0;
      ratePartials[i] = (x - rate) / rate;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(poissonFamily, parameters)) return NaN;
    return poissonVariate(rng, parameters[0]);
  },
  logCumulative: countCumulative(
    () => poissonFamily,
    (side, k, [rate], scores) => {
      const [logMass, byRate] = poissonTail(side, k, rate);
      scores[0] = byRate;
      return logMass;
    },
  ),
};

/** Poisson distribution with `rate` > 0, for counts. @throws PoolishError naming a bad parameter. */
export function poisson(rate: Argument): Distribution {
  return distribution(poissonFamily, [rate]);
}
