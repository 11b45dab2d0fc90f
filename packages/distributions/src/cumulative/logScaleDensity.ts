import { gammaTermShapeSlope, logGammaTerm } from "../gammaTerm.ts";
import type { QuadratureDensity } from "./quadratureCumulative.ts";

/**
 * The density of t = log x where y = rate x (sign 1) or y = rate / x (sign -1) is Gamma(shape, 1): log-concave, with its
 * mode at y = shape. Parameters: shape, rate.
 */
export function logScaleDensity(shape: number, rate: number, sign: 1 | -1): QuadratureDensity {
  const logRate = Math.log(rate);
  const mode = sign * (Math.log(shape) - logRate);
  return {
    logDensity(t, scores) {
      const logY = sign * t + logRate;
      // Next to the mode y - shape decides: it keeps its digits as shape · expm1.
      const y = Math.abs(t - mode) < 0.5 ? shape + shape * Math.expm1(sign * (t - mode)) : Math.exp(logY);
      scores[0] = gammaTermShapeSlope(shape, y, logY);
      scores[1] = (shape - y) / rate;
      return logGammaTerm(shape, y, logY);
    },
    lowest: -Infinity,
    highest: Infinity,
    mode,
    turns: [mode],
    toT: (x) => (x > 0 ? Math.log(x) : -Infinity),
    lengthBetween: (lower, upper) => Math.log1p((upper - lower) / lower),
    logSlope: (x) => -Math.log(x),
  };
}
