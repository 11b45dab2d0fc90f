import { mean, variance } from "./moments.ts";

/**
 * Estimated Bayesian fraction of missing information of one chain: the mean square of the energy's changes over its
 * variance (Betancourt 2016, arXiv:1604.00695). Below 0.3 the momenta are too weak to explore the energies.
 * NaN for fewer than two draws and for constant energy.
 */
export function eBfmi(energy: Float64Array): number {
  if (energy.length < 2) return NaN;
  const squaredChanges = new Float64Array(energy.length - 1);
  for (let i = 0; i < squaredChanges.length; i++) squaredChanges[i] = (energy[i + 1] - energy[i]) ** 2;
  return mean([squaredChanges]) / variance([energy]);
}
