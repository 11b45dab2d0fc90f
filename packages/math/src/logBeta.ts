import { logGamma } from "./logGamma.ts";
import { stirlingCorrection } from "./stirlingCorrection.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * log B(a, b) = log Γ(a) + log Γ(b) - log Γ(a + b) for a, b ≥ 0. Error below 1e-14 · max(1, |log B|), also where the
 * three log-gammas are large and cancel: their Stirling parts are subtracted by hand (Didonato & Morris 1992, ACM TOMS
 * 708, routines ALGDIV and BCORR). 0 gives Infinity, Infinity gives -Infinity, negative arguments or NaN give NaN.
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (!(small >= 0)) return NaN;
  if (small === 0) return large === Infinity ? NaN : Infinity;
  if (large === Infinity) return -Infinity;
  if (large < 10) return logGamma(small) + logGamma(large) - logGamma(small + large);
  const sum = small + large;
  if (small < 10) {
    const correction = stirlingCorrection(large) - stirlingCorrection(sum);
    return logGamma(small) + correction - (large - 0.5) * Math.log1p(small / large) + small * (1 - Math.log(sum));
  }
  const correction = stirlingCorrection(small) + stirlingCorrection(large) - stirlingCorrection(sum);
  const ratio = small / large;
  return (
    HALF_LOG_TWO_PI +
    correction -
    0.5 * Math.log(large) +
    (small - 0.5) * Math.log(ratio / (1 + ratio)) -
    large * Math.log1p(ratio)
  );
}
