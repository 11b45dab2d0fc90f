import { type Argument, positive } from "@poolish/core";
import { logStandardGamma } from "@poolish/math";
import { logScaleDensity } from "./cumulative/logScaleDensity.ts";
import { quadratureCumulative } from "./cumulative/quadratureCumulative.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";
import { gammaTermShapeSlope, logGammaTerm } from "./gammaTerm.ts";

/** InverseGamma(shape, scale) on (0, ∞): 1 / x is Gamma(shape, rate = scale); mean scale / (shape - 1) for shape > 1. */
export const inverseGammaFamily: ScalarFamily = {
  name: "inverseGamma",
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
      const y = scale / x;
      const logX = Math.log(x);
      const logY = Math.log(scale) - logX;
      logTerms[i] = logGammaTerm(shape, y, logY) - logX;
      xPartials[i] = (y - shape - 1) / x;
      shapePartials[i] = gammaTermShapeSlope(shape, y, logY);
      scalePartials[i] = (shape - y) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(inverseGammaFamily, parameters)) return NaN;
    return parameters[1] * Math.exp(-logStandardGamma(rng, parameters[0]));
  },
  logCumulative: quadratureCumulative((parameters) =>
    areParametersOnSupport(inverseGammaFamily, parameters)
      ? logScaleDensity(parameters[0], parameters[1], -1)
      : undefined,
  ),
};

/** Inverse gamma distribution with `shape` > 0 and `scale` > 0. @throws PoolishError naming a bad parameter. */
export function inverseGamma(shape: Argument, scale: Argument): Distribution {
  return distribution(inverseGammaFamily, [shape, scale]);
}
