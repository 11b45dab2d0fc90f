import { logSumExp } from "@poolish/math";
import { countNumbers } from "./component.ts";
import type { LogCumulative, ScalarFamily } from "./family.ts";

/**
 * log Σ_c weights[c] P_c(lower < x < upper); the numbers of component c begin at starts[c]. Undefined when a component
 * has no cumulative distribution.
 */
export function mixtureLogCumulative(
  components: readonly ScalarFamily[],
  starts: readonly number[],
): LogCumulative | undefined {
  const parts = components.flatMap(({ logCumulative }) => (logCumulative === undefined ? [] : [logCumulative]));
  if (parts.length < components.length) return undefined;
  const own = components.map((component) => new Float64Array(2 + countNumbers(component)));
  const logMasses = new Float64Array(components.length);
  const terms = new Float64Array(components.length);
  return (lower, upper, parameters, partials) => {
    partials.fill(0);
    for (let c = 0; c < parts.length; c++) {
      const numbers = parameters.slice(starts[c], starts[c] + own[c].length - 2);
      logMasses[c] = parts[c](lower, upper, numbers, own[c]);
      terms[c] = Math.log(parameters[c]) + logMasses[c];
    }
    const logMass = logSumExp(terms);
    if (!(logMass > -Infinity)) return logMass;
    for (let c = 0; c < parts.length; c++) {
      const responsibility = Math.exp(terms[c] - logMass);
      partials[2 + c] = Math.exp(logMasses[c] - logMass);
      partials[0] += responsibility * own[c][0];
      partials[1] += responsibility * own[c][1];
      for (let k = 2; k < own[c].length; k++) partials[starts[c] + k] = responsibility * own[c][k];
    }
    return logMass;
  };
}
