import { type Argument, positive } from "@poolish/core";
import { standardExponential } from "@poolish/math";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardExponentialDistribution } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

/** Exponential(rate) on (0, ∞): mean 1 / rate. */
export const exponentialFamily: ScalarFamily = {
  name: "exponential",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [{ name: "rate", support: positive }],
  support: () => positive,
  evaluate(count, xs, [rates], logTerms, partials) {
    const [xPartials, ratePartials] = partials;
    let lastRate = NaN;
    let logRate = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const rate = rates.values[rates.offset + i * rates.stride];
      if (!(isPositive(x) && isPositive(rate))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(rate));
        continue;
      }
      if (rate !== lastRate) {
        lastRate = rate;
        logRate = Math.log(rate);
      }
      logTerms[i] = logRate - rate * x;
      xPartials[i] = -rate;
      ratePartials[i] = 1 / rate - x;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(exponentialFamily, parameters)) return NaN;
    return standardExponential(rng) / parameters[0];
  },
  logCumulative: standardCumulative(() => exponentialFamily, {
    standard: standardExponentialDistribution,
    standardise(x, [rate], partials) {
      partials[0] = rate;
      partials[1] = x;
      return rate * x;
    },
  }),
};

/** Exponential distribution with `rate` > 0. @throws PoolishError naming a bad parameter. */
export function exponential(rate: Argument): Distribution {
  return distribution(exponentialFamily, [rate]);
}
