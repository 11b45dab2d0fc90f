/** Below this sine of the angle the network's clock stands nearly still: noise this small is finer than any detail learned. */
const FINEST = 0.003;
/** Sines and cosines of multiples of the clock that the network is given. */
const NUM_WAVES = 4;

/** Inputs of the network that say how much noise there is. */
export const NUM_ANGLE_FEATURES: number = 2 + 2 * NUM_WAVES;

/**
 * Writes the features of one angle from out[at] on: the clock, the logarithm of the sine scaled to [−1, 1], with waves of it
 * and the cosine. Logarithmic towards data, where details are of all sizes, and smooth at π/2, so that solvers take large
 * steps through the noise.
 */
export function writeAngleFeatures(angle: number, out: Float32Array, at: number): void {
  const clock = 1 - (2 * Math.log(Math.sin(angle) + FINEST)) / Math.log(FINEST);
  out[at] = clock;
  out[at + 1] = Math.cos(angle);
  for (let k = 0; k < NUM_WAVES; k++) {
    const phase = 0.5 * Math.PI * (k + 1) * clock;
    out[at + 2 + 2 * k] = Math.sin(phase);
    out[at + 3 + 2 * k] = Math.cos(phase);
  }
}
