import { createFft } from "./fft.ts";
import { mean } from "./moments.ts";

/**
 * The autocovariances of lags 0 … length - 1, each chain about its own mean with divisor length, averaged over the
 * chains. O(length · log length): by the power spectrum of the chains, padded with zeros so that nothing wraps around.
 */
export function meanAutocovariance(chains: readonly Float64Array[]): Float64Array {
  const length = chains[0].length;
  const size = 2 ** Math.ceil(Math.log2(2 * length));
  const transform = createFft(size);
  const power = new Float64Array(size);
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  for (const chain of chains) {
    const center = mean([chain]);
    real.fill(0);
    imaginary.fill(0);
    for (let i = 0; i < length; i++) real[i] = chain[i] - center;
    transform(real, imaginary);
    for (let k = 0; k < size; k++) power[k] += real[k] ** 2 + imaginary[k] ** 2;
  }
  // The spectrum is real and even, so the forward transform is the inverse one times the size.
  imaginary.fill(0);
  transform(power, imaginary);
  return power.subarray(0, length).map((sum) => sum / (size * length * chains.length));
}
