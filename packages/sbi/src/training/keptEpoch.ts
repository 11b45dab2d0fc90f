/**
 * Which weights to keep: those of the last epoch, unless an earlier one is better on the held-out simulations by more
 * than one standard error of the paired difference; then those of the latest epoch that is within one standard error of
 * the best (the rule of Breiman et al. 1984, §3.4.3). The best epoch itself is often one whose noise, while the step size
 * was still large, happened to suit the held-out set; averages over θ hide it, pooled means show it.
 *
 * @param logDensities for each epoch, the log-density of each held-out simulation.
 * @returns the index of the epoch.
 */
export function keptEpoch(logDensities: readonly Float64Array[]): number {
  const means = logDensities.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const best = means.reduce((leader, mean, epoch) => (mean > means[leader] ? epoch : leader), 0);
  for (let epoch = logDensities.length - 1; epoch > best; epoch--) {
    if (means[best] - means[epoch] <= pairedStandardError(logDensities[best], logDensities[epoch])) return epoch;
  }
  return best;
}

export function pairedStandardError(a: Float64Array, b: Float64Array): number {
  const count = a.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += (a[i] - b[i]) / count;
  let variance = 0;
  for (let i = 0; i < count; i++) variance += (a[i] - b[i] - mean) ** 2 / Math.max(1, count - 1);
  return Math.sqrt(variance / count);
}
