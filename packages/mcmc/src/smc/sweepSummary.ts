import { levelOf, type MoveTuning, NUM_LEVELS, numStepsOfLevel, type SweepSummary } from "./moveTuning.ts";
import type { Particles } from "./particles.ts";

/** What sweep number `sweep` did, from the records of its moves; `weights` are normalised. */
export function summarizeSweep(
  { count, acceptance, squaredJump }: Particles,
  weights: Float64Array,
  tuning: MoveTuning,
  sweep: number,
): SweepSummary {
  const masses = new Float64Array(NUM_LEVELS);
  const jumps = new Float64Array(NUM_LEVELS);
  let acceptanceRate = 0;
  for (let i = 0; i < count; i++) {
    const level = levelOf(i, count, { sweep });
    acceptanceRate += weights[i] * acceptance[i];
    masses[level] += weights[i];
    jumps[level] += weights[i] * acceptance[i] * squaredJump[i];
  }
  const efficiency = Array.from(jumps, (jump, level) =>
    masses[level] > 0 ? jump / masses[level] / numStepsOfLevel(tuning, level) : 0,
  );
  return { acceptanceRate, efficiency };
}
