import { type Argument, positive } from "@poolish/core";
import { standardExponential } from "@poolish/math";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardExponentialDistribution } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

/** Weibull(shape, scale) on (0, ∞): (x / scale)^shape is Exponential(1). */
export const weibullFamily: ScalarFamily = {
  name: "weibull",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "shape", support: positive },
    { name: "scale", support: positive },
  ],
  support: () => positive,
  evaluate(count, xs, [shapes, scales], logTerms, partials) {
    const [xPartials, shapePartials, scalePartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const shape = shapes.values[shapes.offset + i * shapes.stride];
      const scale = scales.values[scales.offset + i * scales.stride];
      if (!(isPositive(x) && isPositive(shape) && isPositive(scale))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(shape) || Number.isNaN(scale));
        continue;
      }
      const logX = Math.log(x);
      const logRatio = logX - Math.log(scale);
      const hazard = Math.exp(shape * logRatio);
      logTerms[i] = Math.log(shape) + shape * logRatio - logX - hazard;
      xPartials[i] = (shape * (1 - hazard) - 1) / x;
      shapePartials[i] = 1 / shape + logRatio * (1 - hazard);
      scalePartials[i] = (-shape * (1 - hazard)) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(weibullFamily, parameters)) return NaN;
    return parameters[1] * standardExponential(rng) ** (1 / parameters[0]);
  },
  logCumulative: standardCumulative(() => weibullFamily, {
    standard: standardExponentialDistribution,
    standardise(x, [shape, scale], partials) {
      const logRatio = Math.log(x) - Math.log(scale);
      const z = Math.exp(shape * logRatio);
      partials[0] = (z * shape) / x;
      partials[1] = z * logRatio;
      partials[2] = (-z * shape) / scale;
      return z;
    },
  }),
};

/** Weibull distribution with `shape` > 0 and `scale` > 0. @throws PoolishError naming a bad parameter. */
export function weibull(shape: Argument, scale: Argument): Distribution {
  return distribution(weibullFamily, [shape, scale]);
}
