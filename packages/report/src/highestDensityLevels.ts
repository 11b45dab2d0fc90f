/**
 * The density levels whose regions hold the given shares of the mass of a density on an even grid: `shares` from large to
 * small give levels from low to high. The grid's cells are summed from the densest on (Hyndman 1996).
 */
export function highestDensityLevels(density: ArrayLike<number>, shares: readonly number[]): number[] {
  const sorted = Float64Array.from(density).sort().reverse();
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return shares.map((share) => {
    let sum = 0;
    for (const value of sorted) {
      sum += value;
      if (sum >= share * total) return value;
    }
    return 0;
  });
}
