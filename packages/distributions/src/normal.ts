import { type Argument, positive, real } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardNormalDistribution } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";
import { bindNormalGroupedSum } from "./normalGroupedSum.ts";
import { bindNormalSum } from "./normalSum.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** Normal(mean, standardDeviation) on the real line. */
export const normalFamily: ScalarFamily = {
  name: "normal",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "mean", support: real },
    { name: "standardDeviation", support: positive },
  ],
  locationScale: { location: 0, scale: 1 },
  support: () => real,
  evaluate(count, xs, [means, sds], logTerms, partials) {
    const [xPartials, meanPartials, sdPartials] = partials;
    let lastSd = NaN;
    let constant = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const mean = means.values[means.offset + i * means.stride];
      const sd = sds.values[sds.offset + i * sds.stride];
      if (!(Number.isFinite(x) && Number.isFinite(mean) && isPositive(sd))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(mean) || Number.isNaN(sd));
        continue;
      }
      if (sd !== lastSd) {
        lastSd = sd;
        constant = -Math.log(sd) - HALF_LOG_TWO_PI;
      }
      const z = (x - mean) / sd;
      logTerms[i] = constant - 0.5 * z * z;
      xPartials[i] = -z / sd;
      meanPartials[i] = z / sd;
      sdPartials[i] = (z * z - 1) / sd;
    }
  },
  bindSum: bindNormalSum,
  bindGroupedSum: bindNormalGroupedSum,
  sample(rng, parameters) {
    if (!areParametersOnSupport(normalFamily, parameters)) return NaN;
    return parameters[0] + parameters[1] * standardNormal(rng);
  },
  logCumulative: standardCumulative(() => normalFamily, {
    standard: standardNormalDistribution,
    standardise(x, [mean, sd], partials) {
      const z = (x - mean) / sd;
      partials[0] = 1 / sd;
      partials[1] = -1 / sd;
      partials[2] = -z / sd;
      return z;
    },
  }),
};

/** Normal distribution with any `mean` and `standardDeviation` > 0. @throws PoolishError naming a bad parameter. */
export function normal(mean: Argument, standardDeviation: Argument): Distribution {
  return distribution(normalFamily, [mean, standardDeviation]);
}
