import { countDuplicates } from "./countDuplicates.ts";
import { hasSettled, meanDisplacement } from "./displacement.ts";
import { nextTuning } from "./moveTuning.ts";
import { scoreMetric } from "./scoreMetric.ts";
import { BLOCK, type SmcRun, type SmcStep, stepOf } from "./smcRun.ts";

const LEAST_SWEEPS = 2;
const MOST_SWEEPS = 50;
/** At temperature 1, while there are duplicates. */
const MOST_FINAL_SWEEPS = 100;
/** Below this acceptance the step size is still off, and sweeps do not count as settled. */
const LEAST_ACCEPTANCE = 0.5;

/** Moves all particles until they have forgotten where they began, and at the end until none equals another. */
export function* rejuvenate(run: SmcRun, share: number, isResampled: boolean): Generator<SmcStep, void, void> {
  const { particles, weights, target, sweep, startPositions } = run;
  const { count, dim } = particles;
  const metric = scoreMetric(particles, weights, target.temperature);
  startPositions.set(particles.positions);
  let displacement = new Float64Array(dim);
  let previous = new Float64Array(dim);
  for (let numSweeps = 1; ; numSweeps++) {
    const { tuning } = run;
    for (let from = 0; from < count; from += BLOCK) {
      sweep.move(particles, metric, tuning, run.numSweeps, from, Math.min(from + BLOCK, count));
      yield stepOf(run);
    }
    const summary = sweep.summary(weights, tuning, run.numSweeps++);
    run.tuning = nextTuning(tuning, summary);
    [previous, displacement] = [displacement, previous];
    meanDisplacement(particles, startPositions, weights, displacement);
    const { acceptanceRate } = summary;
    const isSettled =
      numSweeps >= LEAST_SWEEPS && acceptanceRate >= LEAST_ACCEPTANCE && hasSettled(previous, displacement);
    if (!isSettled && numSweeps < MOST_SWEEPS) continue;
    if (target.temperature === 1 && numSweeps < MOST_FINAL_SWEEPS && countDuplicates(particles.positions, dim) > 0) {
      continue;
    }
    const { temperature } = target;
    run.records.push({ temperature, effectiveShare: share, isResampled, numSweeps, acceptanceRate, ...tuning });
    yield { ...stepOf(run), record: run.records[run.records.length - 1] };
    return;
  }
}
