import { type Argument, positive, real } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { standardCumulative } from "./cumulative/standardCumulative.ts";
import { standardNormalDistribution } from "./cumulative/standards.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** LogNormal(meanLog, sdLog) on (0, ∞): log x is Normal(meanLog, sdLog). */
export const logNormalFamily: ScalarFamily = {
  name: "logNormal",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "meanLog", support: real },
    { name: "sdLog", support: positive },
  ],
  support: () => positive,
  evaluate(count, xs, [meanLogs, sdLogs], logTerms, partials) {
    const [xPartials, meanLogPartials, sdLogPartials] = partials;
    let lastSdLog = NaN;
    let constant = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const meanLog = meanLogs.values[meanLogs.offset + i * meanLogs.stride];
      const sdLog = sdLogs.values[sdLogs.offset + i * sdLogs.stride];
      if (!(isPositive(x) && Number.isFinite(meanLog) && isPositive(sdLog))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(meanLog) || Number.isNaN(sdLog));
        continue;
      }
      if (sdLog !== lastSdLog) {
        lastSdLog = sdLog;
        constant = -Math.log(sdLog) - HALF_LOG_TWO_PI;
      }
      const logX = Math.log(x);
      const z = (logX - meanLog) / sdLog;
      logTerms[i] = constant - logX - 0.5 * z * z;
      xPartials[i] = -(1 + z / sdLog) / x;
      meanLogPartials[i] = z / sdLog;
      sdLogPartials[i] = (z * z - 1) / sdLog;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(logNormalFamily, parameters)) return NaN;
    return Math.exp(parameters[0] + parameters[1] * standardNormal(rng));
  },
  logCumulative: standardCumulative(() => logNormalFamily, {
    standard: standardNormalDistribution,
    standardise(x, [meanLog, sdLog], partials) {
      const z = (Math.log(x) - meanLog) / sdLog;
      partials[0] = 1 / (x * sdLog);
      partials[1] = -1 / sdLog;
      partials[2] = -z / sdLog;
      return z;
    },
  }),
};

/** Log-normal distribution: mean and standard deviation of log x. @throws PoolishError naming a bad parameter. */
export function logNormal(meanLog: Argument, sdLog: Argument): Distribution {
  return distribution(logNormalFamily, [meanLog, sdLog]);
}
