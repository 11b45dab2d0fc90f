import { type Argument, positive, real } from "@poolish/core";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardLaplace } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

/** Laplace(location, scale) on the real line: two exponentials back to back, standard deviation √2 · scale. */
export const laplaceFamily: ScalarFamily = {
  name: "laplace",
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
        constant = -Math.LN2 - Math.log(scale);
      }
      const z = (x - location) / scale;
      const distance = Math.abs(z);
      const slope = Math.sign(z) / scale; // 0 at the kink
      logTerms[i] = constant - distance;
      xPartials[i] = -slope;
      locationPartials[i] = slope;
      scalePartials[i] = (distance - 1) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(laplaceFamily, parameters)) return NaN;
    const u = rng.uniform();
    return parameters[0] + parameters[1] * (u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u)));
  },
  logCumulative: standardCumulative(() => laplaceFamily, {
    standard: standardLaplace,
    standardise(x, [location, scale], partials) {
      const z = (x - location) / scale;
      partials[0] = 1 / scale;
      partials[1] = -1 / scale;
      partials[2] = -z / scale;
      return z;
    },
  }),
};

/** Laplace distribution with any `location` and `scale` > 0. @throws PoolishError naming a bad parameter. */
export function laplace(location: Argument, scale: Argument): Distribution {
  return distribution(laplaceFamily, [location, scale]);
}
