import { type Argument, real, type ScalarSupport } from "@poolish/core";
import { log1pExp, logistic } from "@poolish/math";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { neverFar } from "./cumulative/neverFar.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, refuseElement } from "./familySupport.ts";

const zeroOrOne: ScalarSupport = { kind: "integer", lower: 0, upper: 1 };

/** BernoulliLogit(logit) on {0, 1}: `logit` is the log-odds of 1, so that no probability rounds to 0 or 1. */
export const bernoulliLogitFamily: ScalarFamily = {
  name: "bernoulliLogit",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [{ name: "logit", support: real }],
  support: () => zeroOrOne,
  evaluate(count, xs, [logits], logTerms, partials) {
    const [xPartials, logitPartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const logit = logits.values[logits.offset + i * logits.stride];
      if (!((x === 0 || x === 1) && Number.isFinite(logit))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(logit));
        continue;
      }
      logTerms[i] = x === 1 ? -log1pExp(-logit) : -log1pExp(logit);
      xPartials[i] = 0;
      logitPartials[i] = x === 1 ? logistic(-logit) : -logistic(logit);
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(bernoulliLogitFamily, parameters)) return NaN;
    return rng.uniform() < logistic(parameters[0]) ? 1 : 0;
  },
  logCumulative: countCumulative(() => bernoulliLogitFamily, neverFar),
};

/** Bernoulli distribution by the log-odds of 1. @throws PoolishError naming a bad parameter. */
export function bernoulliLogit(logit: Argument): Distribution {
  return distribution(bernoulliLogitFamily, [logit]);
}
