import { type Argument, interval, PoolishError, real } from "@poolish/core";
import { distribution } from "./distribution.ts";
import type { Distribution, Family } from "./family.ts";
import { refuseElement } from "./familySupport.ts";

/** Uniform(lower, upper) on the open interval between two finite bounds. */
export const uniformFamily: Family = {
  name: "uniform",
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
