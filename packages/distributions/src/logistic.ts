import { type Argument, positive, real } from "@poolish/core";
import { log1pExp, logit } from "@poolish/math";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardLogistic } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

/** Logistic(location, scale) on the real line: mean `location`, standard deviation π / √3 times `scale`. */
export const logisticFamily: ScalarFamily = {
  name: "logistic",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "location", support: real },
    { name: "scale", support: positive },
  ],
  locationScale: { location: 0, scale: 1 },
  support: () => real,
  evaluate(count, xs, [locations, scales], logTerms, partials) {
    const [xPartials, locationPartials, scalePartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const location = locations.values[locations.offset + i * locations.stride];
      const scale = scales.values[scales.offset + i * scales.stride];
      if (!(Number.isFinite(x) && Number.isFinite(location) && isPositive(scale))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(location) || Number.isNaN(scale));
        continue;
      }
      const z = (x - location) / scale;
      const distance = Math.abs(z);
      const slope = Math.tanh(0.5 * z) / scale;
      logTerms[i] = -distance - 2 * log1pExp(-distance) - Math.log(scale);
      xPartials[i] = -slope;
      locationPartials[i] = slope;
      scalePartials[i] = slope * z - 1 / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(logisticFamily, parameters)) return NaN;
    return parameters[0] + parameters[1] * logit(rng.uniform());
  },
  logCumulative: standardCumulative(() => logisticFamily, {
    standard: standardLogistic,
    standardise(x, [location, scale], partials) {
      const z = (x - location) / scale;
      partials[0] = 1 / scale;
      partials[1] = -1 / scale;
      partials[2] = -z / scale;
      return z;
    },
  }),
};

/** Logistic distribution with any `location` and `scale` > 0. @throws PoolishError naming a bad parameter. */
export function logistic(location: Argument, scale: Argument): Distribution {
  return distribution(logisticFamily, [location, scale]);
}
