import { type Argument, positive } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardHalfNormal } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

/** log(2/π) / 2 */
const LOG_NORMALISER = -0.22579135264472744;

/** HalfNormal(scale) on (0, ∞): the absolute value of Normal(0, scale). */
export const halfNormalFamily: ScalarFamily = {
  name: "halfNormal",
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
      logTerms[i] = constant - 0.5 * z * z;
      xPartials[i] = -z / scale;
      scalePartials[i] = (z * z - 1) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(halfNormalFamily, parameters)) return NaN;
    return parameters[0] * Math.abs(standardNormal(rng));
  },
  logCumulative: standardCumulative(() => halfNormalFamily, {
    standard: standardHalfNormal,
    standardise(x, [scale], partials) {
      const z = x / scale;
      partials[0] = 1 / scale;
      partials[1] = -z / scale;
      return z;
    },
  }),
};

/** Half-normal distribution; `scale` > 0 is the standard deviation of the whole normal. @throws PoolishError naming it. */
export function halfNormal(scale: Argument): Distribution {
  return distribution(halfNormalFamily, [scale]);
}
