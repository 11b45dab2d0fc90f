import { countDuplicates } from "./countDuplicates.ts";
import { hasSettled, meanDisplacement } from "./displacement.ts";
import type { Mixture } from "./mixture.ts";
import { fitMixture } from "./mixtureFit.ts";
import { nextTuning } from "./moveTuning.ts";
import { scoreMass } from "./scoreMetric.ts";
import { type SmcRun, type SmcStep, workOf } from "./smcRun.ts";
import { summarizeSweep } from "./sweepSummary.ts";
import { weightedSample } from "./weightedSample.ts";

const LEAST_SWEEPS = 2;
const MOST_SWEEPS = 50;
/** At temperature 1, while there are duplicates. */
const MOST_FINAL_SWEEPS = 100;
/** Below this acceptance the step size is still off, and sweeps do not count as settled. */
const LEAST_ACCEPTANCE = 0.5;
/** Rows that the mixture of the jumps is fitted to. */
const FIT_ROWS = 2000;
/** Above this, a mixture has too many numbers for the rows and jumps are hardly ever accepted. */
const LARGEST_JUMP_DIM = 20;
/** Jumps a sweep, while they are accepted often enough to be worth their gradient. */
const NUM_JUMPS = 2;
const LEAST_JUMP_ACCEPTANCE = 0.02;
/** Particles are settled as well once so few have not been replaced by a jump: on the way, and at temperature 1. */
const LARGEST_STAY = 0.1;
const LARGEST_FINAL_STAY = 0.02;

/**
 * Moves all particles until they have forgotten where they began, and at the end until none equals another. A sweep is a
 * Hamiltonian move and up to two jumps of each.
 */
export function* rejuvenate(run: SmcRun, share: number, isResampled: boolean): Generator<SmcStep, void, void> {
  const { particles, weights, startPositions, temperature } = run;
  const { dim } = particles;
  const mass = scoreMass(particles, weights, temperature);
  const mixture = dim <= LARGEST_JUMP_DIM ? fitMixture(weightedSample(run, FIT_ROWS), dim, run.fitRng) : undefined;
  startPositions.set(particles.positions);
  let displacement = new Float64Array(dim);
  let previous = new Float64Array(dim);
  let jumps = { acceptanceRate: 1, stay: 1 };
  for (let numSweeps = 1; ; numSweeps++) {
    const sweep = run.numSweeps++;
    const { tuning } = run;
    yield workOf(run, { kind: "move", sweep, temperature, mass, tuning });
    const summary = summarizeSweep(particles, weights, tuning, sweep);
    run.tuning = nextTuning(tuning, summary);
    if (mixture !== undefined) jumps = yield* jump(run, mixture, jumps);
    [previous, displacement] = [displacement, previous];
    meanDisplacement(particles, startPositions, weights, displacement);
    const { acceptanceRate } = summary;
    const isRefreshed = jumps.stay <= (temperature === 1 ? LARGEST_FINAL_STAY : LARGEST_STAY);
    const isStill = numSweeps >= LEAST_SWEEPS && hasSettled(previous, displacement);
    if (!(acceptanceRate >= LEAST_ACCEPTANCE && (isRefreshed || isStill)) && numSweeps < MOST_SWEEPS) continue;
    if (temperature === 1 && numSweeps < MOST_FINAL_SWEEPS && countDuplicates(particles.positions, dim) > 0) continue;
    const { acceptanceRate: jumpAcceptanceRate } = jumps;
    const record = { temperature, effectiveShare: share, isResampled, numSweeps, acceptanceRate, ...tuning };
    const numTemperatures = run.records.push(mixture === undefined ? record : { ...record, jumpAcceptanceRate });
    yield { kind: "temperature", record: run.records[numTemperatures - 1], numTemperatures };
    return;
  }
}

/** How jumps fare at a temperature. */
interface Jumps {
  /** Of the last one. */
  readonly acceptanceRate: number;
  /** The share of particles that none has replaced so far, were all accepted alike. */
  readonly stay: number;
}

/** A sweep's jumps: none once hardly any was accepted. */
function* jump(run: SmcRun, mixture: Mixture, { acceptanceRate, stay }: Jumps): Generator<SmcStep, Jumps, void> {
  const { particles, weights, temperature } = run;
  for (let k = 0; k < NUM_JUMPS && acceptanceRate >= LEAST_JUMP_ACCEPTANCE; k++) {
    yield workOf(run, { kind: "jump", jump: run.numJumps++, temperature, mixture });
    acceptanceRate = 0;
    for (let i = 0; i < particles.count; i++) acceptanceRate += weights[i] * particles.acceptance[i];
    stay *= 1 - acceptanceRate;
  }
  return { acceptanceRate, stay };
}
