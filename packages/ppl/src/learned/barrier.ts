/** Part of the box's width over which the barrier turns from a cubic into a parabola. */
const ONSET = 0.1;
/** A tenth of the box's width beyond its edge costs 10 nats. */
const STRENGTH = 2000;

/**
 * What the guard adds to the log-likelihood of a θ row (0 or less) when a parameter lies `excess` beyond the box that the
 * likelihood was trained in, as a share of the box's width: −2000 e³ / (e + 0.1). Twice continuously differentiable at
 * the edge, where it begins as a cubic; a parabola far away, so that a sampler that starts far outside comes back. A row
 * pays once, however many trials it has: paid by trial it would be a wall, where trajectories break, for a parameter that
 * many trials say little of. The numbers are a choice, not a published one. −Infinity at +Infinity.
 */
export function barrier(excess: number): number {
  return excess > 0 ? -STRENGTH * excess * excess * (1 - ONSET / (excess + ONSET)) : 0;
}

/** The derivative of `barrier`. */
export function barrierSlope(excess: number): number {
  if (!(excess > 0)) return 0;
  const reach = excess + ONSET;
  return (-STRENGTH * excess * excess * (2 * excess + 3 * ONSET)) / (reach * reach);
}
