import { type Argument, positive, real } from "@poolish/core";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardCauchy } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";
import { log1pSquare, log1pSquareSlope } from "./log1pSquare.ts";

const LOG_PI = 1.1447298858494002;

/** Cauchy(location, scale) on the real line: median `location`, no mean; half its mass is within one `scale`. */
export const cauchyFamily: ScalarFamily = {
  name: "cauchy",
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
    let lastScale = NaN;
    let constant = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const location = locations.values[locations.offset + i * locations.stride];
      const scale = scales.values[scales.offset + i * scales.stride];
      if (!(Number.isFinite(x) && Number.isFinite(location) && isPositive(scale))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(location) || Number.isNaN(scale));
        continue;
      }
      if (scale !== lastScale) {
        lastScale = scale;
        constant = -LOG_PI - Math.log(scale);
      }
      const z = (x - location) / scale;
      const pull = log1pSquareSlope(z);
      logTerms[i] = constant - log1pSquare(z);
      xPartials[i] = -pull / scale;
      locationPartials[i] = pull / scale;
      scalePartials[i] = (pull * z - 1) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(cauchyFamily, parameters)) return NaN;
    return parameters[0] + parameters[1] * Math.tan(Math.PI * (rng.uniform() - 0.5));
  },
  logCumulative: standardCumulative(() => cauchyFamily, {
    standard: standardCauchy,
    standardise(x, [location, scale], partials) {
      const z = (x - location) / scale;
      partials[0] = 1 / scale;
      partials[1] = -1 / scale;
      partials[2] = -z / scale;
      return z;
    },
  }),
};

/** Cauchy distribution with any `location` and `scale` > 0. @throws PoolishError naming a bad parameter. */
export function cauchy(location: Argument, scale: Argument): Distribution {
  return distribution(cauchyFamily, [location, scale]);
}
