import { meanAutocovariance } from "./autocovariance.ts";
import { mean } from "./moments.ts";

/** Chains that mix well need a dozen lags; up to so many, a sum for each is cheaper than the transforms. */
const MAX_DIRECT_LAGS = 32;

/** `meanAutocovariance` lag by lag, for readers that stop early: the first lags by their definition, the others by FFT. */
export function lazyAutocovariance(chains: readonly Float64Array[]): (lag: number) => number {
  const centered = chains.map((chain) => {
    const center = mean([chain]);
    return chain.map((draw) => draw - center);
  });
  let all: Float64Array | undefined;
  return (lag) => {
    if (lag < MAX_DIRECT_LAGS) {
      const sum = centered.reduce((total, chain) => total + laggedProduct(chain, lag), 0);
      return sum / (chains[0].length * chains.length);
    }
    all ??= meanAutocovariance(chains);
    return all[lag];
  };
}

/** Σ x_i x_(i + lag): two sums at a time, because each addition waits for the one before. */
function laggedProduct(x: Float64Array, lag: number): number {
  const count = x.length - lag;
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < count; i += 2) {
    even += x[i] * x[i + lag];
    odd += x[i + 1] * x[i + 1 + lag];
  }
  if (count % 2 === 1) even += x[count - 1] * x[count - 1 + lag];
  return even + odd;
}
