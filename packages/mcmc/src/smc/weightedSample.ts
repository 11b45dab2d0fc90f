import type { SmcRun } from "./smcRun.ts";

/** Up to `mostRows` positions by systematic resampling of the weighted particles, row-major. Advances the run's `fitRng`. */
export function weightedSample(
  { particles: { positions, count, dim }, weights, fitRng }: Pick<SmcRun, "particles" | "weights" | "fitRng">,
  mostRows: number,
): Float64Array {
  const numRows = Math.min(count, mostRows);
  const sample = new Float64Array(numRows * dim);
  const offset = fitRng.uniform();
  let source = 0;
  let last = 0;
  let cumulative = weights[0];
  for (let r = 0; r < numRows; r++) {
    while (cumulative * numRows <= r + offset && source < count - 1) cumulative += weights[++source];
    // Rounding may lead past the last positive weight.
    if (weights[source] > 0) last = source;
    sample.set(positions.subarray(last * dim, (last + 1) * dim), r * dim);
  }
  return sample;
}
