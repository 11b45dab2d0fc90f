import type { Argument } from "@poolish/core";
import { gatherNumbers, refuseWideElement } from "./component.ts";
import { distribution } from "./distribution.ts";
import { drawIndex } from "./drawIndex.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { share } from "./share.ts";
import { areShares } from "./structure.ts";

/** Categorical(probabilities) on 0 … K - 1, for K probabilities that sum to 1; they are used as they are. */
export const categoricalFamily: ScalarFamily = {
  name: "categorical",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [{ name: "probabilities", support: share, shape: "vector", structure: "simplex" }],
  support: (parameters) => ({ kind: "integer", lower: 0, upper: parameters.length - 1 }),
  evaluate(count, xs, columns, logTerms, partials) {
    const [probabilities] = columns;
    const { values, offset, stride, width } = probabilities;
    const [xPartials, probabilityPartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const start = offset + i * stride;
      const isValid = Number.isInteger(x) && x >= 0 && x < width && values[start + x] > 0;
      if (!(isValid && areShares(values, start, width))) {
        const isAnyNaN = gatherNumbers(columns, i, []) || Number.isNaN(x);
        refuseWideElement(i, [xs, probabilities], logTerms, partials, isAnyNaN);
        continue;
      }
      logTerms[i] = Math.log(values[start + x]);
      xPartials[i] = 0;
      probabilityPartials.fill(0, i * width, (i + 1) * width);
      probabilityPartials[i * width + x] = 1 / values[start + x];
    }
  },
  sample(rng, parameters) {
    if (!areShares(parameters, 0, parameters.length)) return NaN;
    return drawIndex(rng, parameters, 0, parameters.length);
  },
};

/**
 * Categorical distribution of a code 0 … K - 1 with `probabilities`: K numbers that sum to 1, or a simplex of a model.
 * @throws PoolishError for numbers that are no shares.
 */
export function categorical(probabilities: Argument): Distribution {
  return distribution(categoricalFamily, [probabilities]);
}
