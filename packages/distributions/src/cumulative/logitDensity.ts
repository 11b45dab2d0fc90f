import { log1pExp } from "@poolish/math";
import { betaTermSlope, logBetaTerm } from "../betaTerm.ts";
import type { QuadratureDensity } from "./quadratureCumulative.ts";

/** logit(x) for x in [0, 1]: -Infinity and Infinity at the ends and beyond. */
function logitOf(x: number): number {
  if (!(x > 0)) return -Infinity;
  return x < 1 ? Math.log(x) - Math.log1p(-x) : Infinity;
}

/** The density of t = logit(x) for x ~ Beta(a, b): log-concave, with its mode at the mean a / (a + b). Parameters: a, b. */
export function logitDensity(a: number, b: number): QuadratureDensity {
  const mode = Math.log(a / b);
  return {
    logDensity(t, scores) {
      const logX = -log1pExp(-t);
      const logY = -log1pExp(t);
      scores[0] = betaTermSlope(a, b, logX);
      scores[1] = betaTermSlope(b, a, logY);
      return logBetaTerm(a, b, logX, logY);
    },
    lowest: -Infinity,
    highest: Infinity,
    mode,
    turns: [mode],
    toT: logitOf,
    lengthBetween: (lower, upper) => Math.log1p((upper - lower) / lower) + Math.log1p((upper - lower) / (1 - upper)),
    logSlope: (x) => -Math.log(x) - Math.log1p(-x),
  };
}
