import { type Argument, counts, interval } from "@poolish/core";
import { log1mExp, standardExponential } from "@poolish/math";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isCount, refuseElement } from "./familySupport.ts";

/** Geometric(probability) on 0, 1, 2, …: failures before the first success; mean (1 - probability) / probability. */
export const geometricFamily: ScalarFamily = {
  name: "geometric",
  eventShape: "scalar",
  isDiscrete: true,
  parameters: [{ name: "probability", support: interval(0, 1) }],
  support: () => counts,
  evaluate(count, xs, [probabilities], logTerms, partials) {
    const [xPartials, probabilityPartials] = partials;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const probability = probabilities.values[probabilities.offset + i * probabilities.stride];
      if (!(isCount(x) && probability > 0 && probability < 1)) {
        refuseElement(i, logTerms, partials, Number.isNaN(x) || Number.isNaN(probability));
        continue;
      }
      logTerms[i] = Math.log(probability) + x * Math.log1p(-probability);
      xPartials[i] = 0;
      probabilityPartials[i] = 1 / probability - x / (1 - probability);
    }
  },
  /** The integer part of an exponential is geometric. */
  sample(rng, parameters) {
    if (!areParametersOnSupport(geometricFamily, parameters)) return NaN;
    return Math.floor(standardExponential(rng) / -Math.log1p(-parameters[0]));
  },
  /** (1 - p)^first - (1 - p)^(last + 1), in logs. */
  logCumulative(lower, upper, [probability], partials) {
    const isAnyNaN = Number.isNaN(lower) || Number.isNaN(upper) || Number.isNaN(probability);
    partials.fill(isAnyNaN ? Number.NaN : 0);
    if (isAnyNaN) return Number.NaN;
    const first = Math.max(0, Math.ceil(lower));
    const count = Math.floor(upper) - first + 1;
    if (!(count > 0 && first < Infinity && probability > 0 && probability < 1)) return -Infinity;
    const logFailure = Math.log1p(-probability);
    const logHeld = count === Infinity ? 0 : log1mExp(-count * logFailure);
    const held = count === Infinity ? 0 : count / Math.expm1(-count * logFailure);
    partials[2] = (held - first) / (1 - probability);
    return (first === 0 ? 0 : first * logFailure) + logHeld;
  },
};

/** Geometric distribution of the failures before a success of `probability`. @throws PoolishError naming a bad parameter. */
export function geometric(probability: Argument): Distribution {
  return distribution(geometricFamily, [probability]);
}
