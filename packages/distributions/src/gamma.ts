import { type Argument, positive } from "@poolish/core";
import { digamma, logGamma, standardGamma } from "@poolish/math";
import { logScaleDensity } from "./cumulative/logScaleDensity.ts";
import { quadratureCumulative } from "./cumulative/quadratureCumulative.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";
import { gammaTermShapeSlope, LARGE_SHAPE, logGammaTerm } from "./gammaTerm.ts";

/** Gamma(shape, rate) on (0, ∞): mean shape / rate, variance shape / rate². */
export const gammaFamily: ScalarFamily = {
  name: "gamma",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "shape", support: positive },
    { name: "rate", support: positive },
  ],
  support: () => positive,
  evaluate(count, xs, [shapes, rates], logTerms, partials) {
    const [xPartials, shapePartials, ratePartials] = partials;
    let lastShape = NaN;
    let logGammaOfShape = NaN;
    let digammaOfShape = NaN;
    let lastRate = NaN;
    let logRate = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const shape = shapes.values[shapes.offset + i * shapes.stride];
      const rate = rates.values[rates.offset + i * rates.stride];
      if (!(isPositive(x) && isPositive(shape) && isPositive(rate))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(shape) || Number.isNaN(rate));
        continue;
      }
      if (shape !== lastShape) {
        lastShape = shape;
        logGammaOfShape = logGamma(shape);
        digammaOfShape = digamma(shape);
      }
      if (rate !== lastRate) {
        lastRate = rate;
        logRate = Math.log(rate);
      }
      const logX = Math.log(x);
      if (shape < LARGE_SHAPE) {
        logTerms[i] = shape * logRate - logGammaOfShape + (shape - 1) * logX - rate * x;
        shapePartials[i] = logRate - digammaOfShape + logX;
      } else {
        logTerms[i] = logGammaTerm(shape, rate * x, logRate + logX) - logX;
        shapePartials[i] = gammaTermShapeSlope(shape, rate * x, logRate + logX);
      }
      xPartials[i] = (shape - 1) / x - rate;
      ratePartials[i] = (shape - rate * x) / rate;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(gammaFamily, parameters)) return NaN;
    return standardGamma(rng, parameters[0]) / parameters[1];
  },
  logCumulative: quadratureCumulative((parameters) =>
    areParametersOnSupport(gammaFamily, parameters) ? logScaleDensity(parameters[0], parameters[1], 1) : undefined,
  ),
};

/** Gamma distribution with `shape` > 0 and `rate` > 0 (an inverse scale). @throws PoolishError naming a bad parameter. */
export function gamma(shape: Argument, rate: Argument): Distribution {
  return distribution(gammaFamily, [shape, rate]);
}
