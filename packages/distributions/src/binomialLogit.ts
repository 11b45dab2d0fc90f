import { type Argument, counts, real, type ScalarSupport } from "@poolish/core";
import { binomialVariate, log1pExp, logBeta, logBinomialMass, logistic } from "@poolish/math";
import { countCumulative } from "./cumulative/countCumulative.ts";
import { binomialTail } from "./cumulative/countTails.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isCount, refuseElement } from "./familySupport.ts";

/** Masses with that many successes and failures lose digits by the plain formula. */
const LARGE = 256;

/** BinomialLogit(trials, logit) on 0 … trials: `logit` is the log-odds of success in each trial. */
export const binomialLogitFamily: ScalarFamily = {
  name: "binomialLogit",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [
    { name: "trials", support: counts },
    { name: "logit", support: real },
  ],
  support: ([trials]): ScalarSupport => ({ kind: "integer", lower: 0, upper: trials }),
  evaluate(count, xs, [trialsColumn, logits], logTerms, partials) {
    const [xPartials, trialsPartials, logitPartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const trials = trialsColumn.values[trialsColumn.offset + i * trialsColumn.stride];
      const logit = logits.values[logits.offset + i * logits.stride];
      if (!(isCount(x) && isCount(trials) && x <= trials && Number.isFinite(logit))) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(trials) || Number.isNaN(logit));
        continue;
      }
      const failures = trials - x;
      logTerms[i] =
        x < LARGE || failures < LARGE
          ? -x * log1pExp(-logit) - failures * log1pExp(logit) - Math.log1p(trials) - logBeta(failures + 1, x + 1)
          : logBinomialMass(x, failures, logistic(logit), logistic(-logit));
      xPartials[i] = 0;
      trialsPartials[i] = 0;
      logitPartials[i] = x * logistic(-logit) - failures * logistic(logit);
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(binomialLogitFamily, parameters)) return NaN;
    const [trials, logit] = parameters;
    // The rarer outcome is counted, because its probability keeps its digits.
    const rare = binomialVariate(rng, trials, logistic(-Math.abs(logit)));
    return logit > 0 ? trials - rare : rare;
  },
  logCumulative: countCumulative(
    () => binomialLogitFamily,
    (side, k, [trials, logit], scores) => {
      const shares = [logistic(logit), logistic(-logit)] as const;
      const [logMass, byProbability] = binomialTail(side, k, trials, shares);
      scores[0] = 0;
      scores[1] = byProbability * shares[0] * shares[1];
      return logMass;
    },
  ),
};

/** Binomial distribution by the log-odds of success. @throws PoolishError naming a bad parameter. */
export function binomialLogit(trials: Argument, logit: Argument): Distribution {
  return distribution(binomialLogitFamily, [trials, logit]);
}
