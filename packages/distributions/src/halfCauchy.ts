import { type Argument, positive } from "@poolish/core";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardHalfCauchy } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";
import { log1pSquare, log1pSquareSlope } from "./log1pSquare.ts";

/** log(2/π) */
const LOG_NORMALISER = -0.4515827052894548;

/** HalfCauchy(scale) on (0, ∞): the absolute value of Cauchy(0, scale); its median is `scale`. */
export const halfCauchyFamily: ScalarFamily = {
  name: "halfCauchy",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [{ name: "scale", support: positive }],
  support: () => positive,
  evaluate(count, xs, [scales], logTerms, partials) {
    const [xPartials, scalePartials] = partials;
    let lastScale = NaN;
    let constant = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const scale = scales.values[scales.offset + i * scales.stride];
      if (!(isPositive(x) && isPositive(scale))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(scale));
        continue;
      }
      if (scale !== lastScale) {
        lastScale = scale;
        constant = LOG_NORMALISER - Math.log(scale);
      }
      const z = x / scale;
      const pull = log1pSquareSlope(z);
      logTerms[i] = constant - log1pSquare(z);
      xPartials[i] = -pull / scale;
      scalePartials[i] = (pull * z - 1) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(halfCauchyFamily, parameters)) return NaN;
    return parameters[0] * Math.tan(0.5 * Math.PI * rng.uniform());
  },
  logCumulative: standardCumulative(() => halfCauchyFamily, {
    standard: standardHalfCauchy,
    standardise(x, [scale], partials) {
      const z = x / scale;
      partials[0] = 1 / scale;
      partials[1] = -z / scale;
      return z;
    },
  }),
};

/** Half-Cauchy distribution with `scale` > 0. @throws PoolishError naming a bad parameter. */
export function halfCauchy(scale: Argument): Distribution {
  return distribution(halfCauchyFamily, [scale]);
}
