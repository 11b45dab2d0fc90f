/**
 * Counts are modelled on the square-root scale, where the spread of a count hardly depends on its mean (Bartlett 1936;
 * Anscombe 1948): count k is the interval (√k, √(k + 1)), count 0 everything below 1, standardised by the simulated
 * mean and standard deviation of √(k + ½).
 */
export interface CountScale {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** The scale of simulated counts. A constant column gets a standard deviation of 1. */
export function fitCountScale(counts: Float64Array): CountScale {
  // Sums of a constant need not be exact: what they leave is not its spread.
  if (counts.every((count) => count === counts[0])) return { mean: Math.sqrt(counts[0] + 0.5), standardDeviation: 1 };
  let mean = 0;
  for (let i = 0; i < counts.length; i++) mean += Math.sqrt(counts[i] + 0.5) / counts.length;
  let variance = 0;
  for (let i = 0; i < counts.length; i++) variance += (Math.sqrt(counts[i] + 0.5) - mean) ** 2 / counts.length;
  return { mean, standardDeviation: Math.sqrt(variance) };
}

/** The lower end of count `k`'s interval on the standardised scale; its upper end is that of k + 1. */
export function countEdge({ mean, standardDeviation }: CountScale, k: number): number {
  return k <= 0 ? -Infinity : (Math.sqrt(k) - mean) / standardDeviation;
}

/** The count whose interval holds `z`. */
export function countAt({ mean, standardDeviation }: CountScale, z: number): number {
  const root = mean + standardDeviation * z;
  return root < 1 ? 0 : Math.floor(root * root);
}
