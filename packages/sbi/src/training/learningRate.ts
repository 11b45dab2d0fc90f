/** Share of the steps over which the rate rises from 0. */
const WARMUP = 0.05;

/**
 * Adam's step size at `step` of `numSteps`, counted from 0: a linear rise, then half a cosine down to 0 (Loshchilov &
 * Hutter 2017, arXiv:1608.03983, eq. 5, one cycle).
 */
export function learningRate(peak: number, step: number, numSteps: number): number {
  const warmup = Math.max(1, Math.round(WARMUP * numSteps));
  if (step < warmup) return (peak * (step + 1)) / warmup;
  return 0.5 * peak * (1 + Math.cos((Math.PI * (step - warmup)) / Math.max(1, numSteps - warmup)));
}
