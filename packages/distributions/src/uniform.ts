import { type Argument, interval, PoolishError, real } from "@poolish/core";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { refuseElement } from "./familySupport.ts";

/** Uniform(lower, upper) on the open interval between two finite bounds. */
export const uniformFamily: ScalarFamily = {
  name: "uniform",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "lower", support: real },
    { name: "upper", support: real },
  ],
  support: ([lower, upper]) => interval(lower, upper),
  evaluate(count, xs, [lowers, uppers], logTerms, partials) {
    const [xPartials, lowerPartials, upperPartials] = partials;
    let lastWidth = NaN;
    let logWidth = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const lower = lowers.values[lowers.offset + i * lowers.stride];
      const upper = uppers.values[uppers.offset + i * uppers.stride];
      if (!(lower > -Infinity && lower < x && x < upper && upper < Infinity)) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(lower) || Number.isNaN(upper));
        continue;
      }
      const width = upper - lower;
      if (width !== lastWidth) {
        lastWidth = width;
        logWidth = Math.log(width);
      }
      logTerms[i] = -logWidth;
      xPartials[i] = 0;
      lowerPartials[i] = 1 / width;
      upperPartials[i] = -1 / width;
    }
  },
  sample(rng, [lower, upper]) {
    if (!(lower > -Infinity && lower < upper && upper < Infinity)) return NaN;
    return lower + (upper - lower) * rng.uniform();
  },
  logCumulative(lower, upper, [lowest, highest], partials) {
    const from = Math.max(lower, lowest);
    const to = Math.min(upper, highest);
    const isAnyNaN = Number.isNaN(from) || Number.isNaN(to);
    partials.fill(isAnyNaN ? Number.NaN : 0);
    if (isAnyNaN) return Number.NaN;
    if (!(lowest > -Infinity && highest < Infinity && from < to)) return -Infinity;
    const width = highest - lowest;
    partials[0] = lower > lowest ? -1 / (to - from) : 0;
    partials[1] = upper < highest ? 1 / (to - from) : 0;
    partials[2] = 1 / width - (lower > lowest ? 0 : 1 / (to - from));
    partials[3] = (upper < highest ? 0 : 1 / (to - from)) - 1 / width;
    return Math.log((to - from) / width);
  },
};

/**
 * Continuous uniform distribution between finite bounds, `lower` < `upper`.
 * @throws PoolishError naming a bad parameter.
 */
export function uniform(lower: Argument, upper: Argument): Distribution {
  if (typeof lower === "number" && typeof upper === "number" && lower >= upper) {
    throw new PoolishError(`expected a number above lower = ${lower}, got ${upper}`, {
      kind: "input",
      field: "uniform.upper",
      remedy: "Pass the lower bound first.",
    });
  }
  return distribution(uniformFamily, [lower, upper]);
}
