import { type Argument, counts, positive } from "@poolish/core";
import { logFactorial, poissonVariate } from "@poolish/math";
import { distribution } from "./distribution.ts";
import type { Distribution, Family } from "./family.ts";
import { areParametersOnSupport, isCount, isPositive, refuseElement } from "./familySupport.ts";

/** Poisson(rate) on 0, 1, 2, …: mean and variance are `rate`. */
export const poissonFamily: Family = {
  name: "poisson",
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
      logTerms[i] = x * logRate - rate - logFactorial(x);
      xPartials[i] = 0;
      ratePartials[i] = x / rate - 1;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(poissonFamily, parameters)) return NaN;
    return poissonVariate(rng, parameters[0]);
  },
};

/** Poisson distribution with `rate` > 0, for counts. @throws PoolishError naming a bad parameter. */
export function poisson(rate: Argument): Distribution {
  return distribution(poissonFamily, [rate]);
}
