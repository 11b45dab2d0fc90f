import { createFft } from "./fft.ts";
import { mean } from "./moments.ts";

/**
 * The autocovariances of lags 0 … length - 1, each chain about its own mean with divisor length, averaged over the
 * chains. O(length · log length): by the power spectrum of the chains, padded with zeros so that nothing wraps around.
 * Two chains share a transform, as its real and imaginary part: the power at k and that at size - k then have the right
 * sum, and only their sum matters to the real part of the transform back.
 */
export function meanAutocovariance(chains: readonly Float64Array[]): Float64Array {
  const length = chains[0].length;
  const size = 2 ** Math.ceil(Math.log2(2 * length));
  const transform = createFft(size);
  const power = new Float64Array(size);
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (let c = 0; c < chains.length; c += 2) {
    writeCentered(chains[c], real);
    if (c + 1 < chains.length) writeCentered(chains[c + 1], imaginary);
    else imaginary.fill(0);
    transform(real, imaginary);
    for (let k = 0; k < size; k++) power[k] += real[k] * real[k] + imaginary[k] * imaginary[k];
  }
  // The spectrum is real, and with its mirror image even: the forward transform is the inverse one times the size.
  imaginary.fill(0);
  transform(power, imaginary);
  return power.subarray(0, length).map((sum) => sum / (size * length * chains.length));
}

/** Overwrites `to` with the chain about its mean, and zeros after it. */
function writeCentered(chain: Float64Array, to: Float64Array): void {
  const { length } = chain;
  const center = mean([chain]);
  for (let i = 0; i < length; i++) to[i] = chain[i] - center;
  to.fill(0, length);
}
