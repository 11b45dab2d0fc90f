import { scaledErfc } from "@poolish/math";

const SQRT_HALF = Math.SQRT1_2;
const LOG_TWO = Math.LN2;
const SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);

/** Probability of an interval under the standard normal, with what its gradient needs. */
export interface NormalInterval {
  /** log(Φ(upper) - Φ(lower)). */
  logMass: number;
  /** φ(upper) / mass: the derivative of logMass in `upper`. */
  upperRatio: number;
  /** φ(lower) / mass: minus the derivative of logMass in `lower`. */
  lowerRatio: number;
}

/**
 * Overwrites `out` with the log-probability of (lower, upper) under the standard normal; `lower` may be -Infinity. No
 * cancellation in the tails: an interval far out is scaled by the density at its inner end. Equal bounds give -Infinity.
 */
export function normalInterval(lower: number, upper: number, out: NormalInterval): void {
  if (lower > 0) {
    tail(-upper, -lower, out);
    const swapped = out.upperRatio;
    out.upperRatio = out.lowerRatio;
    out.lowerRatio = swapped;
  } else if (upper <= 0) tail(lower, upper, out);
  else straddle(lower, upper, out);
}

/** lower < upper ≤ 0: mass = exp(-upper²/2) [E(-upper/√2) - exp((upper² - lower²)/2) E(-lower/√2)] / 2, E(x) = e^{x²} erfc x. */
function tail(lower: number, upper: number, out: NormalInterval): void {
  // (upper² - lower²)/2 as a product keeps its digits where both squares are large.
  const decay = lower === -Infinity ? 0 : Math.exp(0.5 * (upper - lower) * (upper + lower));
  const outer = decay === 0 ? 0 : decay * scaledErfc(-lower * SQRT_HALF);
  const scaled = scaledErfc(-upper * SQRT_HALF) - outer;
  out.logMass = Math.log(scaled) - LOG_TWO - 0.5 * upper * upper;
  out.upperRatio = SQRT_TWO_OVER_PI / scaled;
  out.lowerRatio = out.upperRatio * decay;
}

/** lower ≤ 0 < upper: mass = 1 - Φ(lower) - Φ(-upper). */
function straddle(lower: number, upper: number, out: NormalInterval): void {
  const upperDensity = Math.exp(-0.5 * upper * upper);
  const lowerDensity = lower === -Infinity ? 0 : Math.exp(-0.5 * lower * lower);
  const beyond =
    upperDensity * scaledErfc(upper * SQRT_HALF) +
    (lowerDensity === 0 ? 0 : lowerDensity * scaledErfc(-lower * SQRT_HALF));
  const mass = 1 - 0.5 * beyond;
  out.logMass = Math.log1p(-0.5 * beyond);
  out.upperRatio = (0.5 * SQRT_TWO_OVER_PI * upperDensity) / mass;
  out.lowerRatio = (0.5 * SQRT_TWO_OVER_PI * lowerDensity) / mass;
}
