import { type Argument, interval, type ScalarSupport } from "@poolish/core";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { neverFar } from "./cumulative/neverFar.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, refuseElement } from "./familySupport.ts";

const zeroOrOne: ScalarSupport = { kind: "integer", lower: 0, upper: 1 };

/** Bernoulli(probability) on {0, 1}: `probability` is that of 1. */
export const bernoulliFamily: ScalarFamily = {
  name: "bernoulli",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [{ name: "probability", support: interval(0, 1) }],
  support: () => zeroOrOne,
  evaluate(count, xs, [probabilities], logTerms, partials) {
    const [xPartials, probabilityPartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const probability = probabilities.values[probabilities.offset + i * probabilities.stride];
      if (!((x === 0 || x === 1) && probability > 0 && probability < 1)) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(probability));
        continue;
      }
      logTerms[i] = x === 1 ? Math.log(probability) : Math.log1p(-probability);
      xPartials[i] = 0;
      probabilityPartials[i] = x === 1 ? 1 / probability : -1 / (1 - probability);
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(bernoulliFamily, parameters)) return NaN;
    return rng.uniform() < parameters[0] ? 1 : 0;
  },
  logCumulative: countCumulative(() => bernoulliFamily, neverFar),
};

/** Bernoulli distribution; `probability` in (0, 1) is that of 1. @throws PoolishError naming a bad parameter. */
export function bernoulli(probability: Argument): Distribution {
  return distribution(bernoulliFamily, [probability]);
}
