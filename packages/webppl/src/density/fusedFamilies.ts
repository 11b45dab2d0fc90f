import { digamma, logBeta, logGamma } from "@poolish/math";

/**
 * A WebPPL distribution of numbers with its derivatives by hand: one step instead of the ten or so nodes that WebPPL's
 * own score leaves on the tape. Parameters as WebPPL has them (gamma has shape and *scale*).
 */
export interface FusedFamily {
  readonly parameters: readonly [string] | readonly [string, string];
  /**
   * The normalised log-density at x; -Infinity off the support. Overwrites `partials` with the derivatives with
   * respect to x and the parameters, in order; they mean nothing where the log-density is not finite.
   */
  evaluate(x: number, a: number, b: number, partials: Float64Array): number;
}

const HALF_LOG_TWO_PI = 0.9189385332046728;
const LOG_PI = 1.1447298858494002;

const gaussian: FusedFamily = {
  parameters: ["mu", "sigma"],
  evaluate(x, mu, sigma, partials) {
    const z = (x - mu) / sigma;
    partials[0] = -z / sigma;
    partials[1] = z / sigma;
    partials[2] = (z * z - 1) / sigma;
    return -0.5 * z * z - Math.log(sigma) - HALF_LOG_TWO_PI;
  },
};

const logNormal: FusedFamily = {
  parameters: ["mu", "sigma"],
  evaluate(x, mu, sigma, partials) {
    if (!(x > 0)) return -Infinity;
    const logX = Math.log(x);
    const value = gaussian.evaluate(logX, mu, sigma, partials);
    partials[0] = (partials[0] - 1) / x;
    return value - logX;
  },
};

const gamma: FusedFamily = {
  parameters: ["shape", "scale"],
  evaluate(x, shape, scale, partials) {
    if (!(x > 0)) return -Infinity;
    const logX = Math.log(x);
    const logScale = Math.log(scale);
    const ratio = x / scale;
    partials[0] = (shape - 1) / x - 1 / scale;
    partials[1] = logX - logScale - digamma(shape);
    partials[2] = (ratio - shape) / scale;
    return (shape - 1) * logX - ratio - logGamma(shape) - shape * logScale;
  },
};

const exponential: FusedFamily = {
  parameters: ["a"],
  evaluate(x, rate, _unused, partials) {
    if (!(x >= 0)) return -Infinity;
    partials[0] = -rate;
    partials[1] = 1 / rate - x;
    return Math.log(rate) - rate * x;
  },
};

const beta: FusedFamily = {
  parameters: ["a", "b"],
  evaluate(x, a, b, partials) {
    if (!(x > 0 && x < 1)) return -Infinity;
    const logX = Math.log(x);
    const logRest = Math.log1p(-x);
    const common = digamma(a + b);
    partials[0] = (a - 1) / x - (b - 1) / (1 - x);
    partials[1] = logX - digamma(a) + common;
    partials[2] = logRest - digamma(b) + common;
    return (a - 1) * logX + (b - 1) * logRest - logBeta(a, b);
  },
};

const cauchy: FusedFamily = {
  parameters: ["location", "scale"],
  evaluate(x, location, scale, partials) {
    const z = (x - location) / scale;
    const slope = (2 * z) / (scale * (1 + z * z));
    partials[0] = -slope;
    partials[1] = slope;
    partials[2] = slope * z - 1 / scale;
    return -LOG_PI - Math.log(scale) - Math.log1p(z * z);
  },
};

/** By WebPPL's names. Every other distribution is scored by WebPPL itself. */
export const fusedFamilies: Readonly<Record<string, FusedFamily>> = {
  Beta: beta,
  Cauchy: cauchy,
  Exponential: exponential,
  Gamma: gamma,
  Gaussian: gaussian,
  LogNormal: logNormal,
};
