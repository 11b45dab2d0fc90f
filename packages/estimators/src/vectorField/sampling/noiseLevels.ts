/** Karras et al. 2022, eq. 5: levels lie evenly in their seventh root. */
const RHO = 7;
/** Noise-to-signal ratios between which a stochastic sampler moves: beyond, noise hides all, or nothing that was learned. */
const LARGEST = 80;
const SMALLEST = 0.002;

/** `numSteps` + 1 falling noise-to-signal ratios within the angles of the field, the last of them 0. */
export function noiseLevels(first: number, last: number, numSteps: number): Float64Array {
  const largest = Math.min(LARGEST, Math.abs(Math.tan(last)));
  const smallest = Math.max(SMALLEST, Math.tan(first));
  const from = largest ** (1 / RHO);
  const to = smallest ** (1 / RHO);
  return Float64Array.from({ length: numSteps + 1 }, (_, k) => {
    if (k === numSteps) return 0;
    return numSteps === 1 ? largest : (from + (k / (numSteps - 1)) * (to - from)) ** RHO;
  });
}
