import type { Rng, TemperedDensity } from "@poolish/core";
import { countDuplicates } from "./countDuplicates.ts";
import { hasSettled, meanDisplacement } from "./displacement.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { createHamiltonianSweep, type HamiltonianSweep } from "./hamiltonianSweep.ts";
import { initialTuning, type MoveTuning, nextTuning } from "./moveTuning.ts";
import { nextTemperature } from "./nextTemperature.ts";
import type { Particles } from "./particles.ts";
import { drawPopulation, emptyPopulation } from "./population.ts";
import { resampleAll, resampleGroups } from "./resample.ts";
import { scoreMetric } from "./scoreMetric.ts";
import { requireSmcOptions, type SmcOptions } from "./smcOptions.ts";
import { createTemperedTarget, type TemperedTarget } from "./temperedTarget.ts";
import { effectiveShare, normaliseWeights, reweight } from "./weights.ts";

/** What was done at one temperature. */
export interface TemperatureRecord {
  readonly temperature: number;
  /** Effective share of the particles after reweighting, before any resampling. */
  readonly effectiveShare: number;
  readonly isResampled: boolean;
  readonly numSweeps: number;
  /** Of the last sweep. */
  readonly acceptanceRate: number;
  readonly stepSize: number;
  /** Leapfrog steps of a middling trajectory. */
  readonly numSteps: number;
}

/** Equally weighted draws from the posterior, in the order of their families: neighbours may be related. */
export interface SmcDraws {
  readonly kind: "complete";
  readonly numDraws: number;
  /** numDraws × dim, row-major, on the unconstrained scale. */
  readonly positions: Float64Array;
  readonly logPrior: Float64Array;
  readonly logLikelihood: Float64Array;
  /** The group that each draw comes from: groups know of each other by shared tuning only. Ascending. */
  readonly group: Int32Array;
  readonly evidence: Evidence;
  readonly temperatures: readonly TemperatureRecord[];
  readonly numGradients: number;
  /** Draws that equal another one: 0 unless moves were hardly ever accepted. */
  readonly numDuplicates: number;
}

/** No draw from the prior has a finite log prior, or none a finite log-likelihood. */
export interface SmcFailure {
  readonly kind: "noInitialParticles";
  readonly cause: "prior" | "likelihood";
  readonly numAttempts: number;
}

/** Where a run is, told after each block of particles. */
export interface SmcStep {
  readonly temperature: number;
  /** Temperatures that are done; 0 while particles are drawn from the prior. */
  readonly numTemperatures: number;
  readonly numGradients: number;
  /** Present when a temperature has just been finished. */
  readonly record?: TemperatureRecord;
}

/** Effective share below which particles are resampled (Liu & Chen 1998); resampling itself adds noise. */
const RESAMPLING_SHARE = 0.5;
const LEAST_SWEEPS = 2;
const MOST_SWEEPS = 20;
/** At temperature 1, while there are duplicates. */
const MOST_FINAL_SWEEPS = 100;
/** Below this acceptance the step size is still off, and sweeps do not count as settled. */
const LEAST_ACCEPTANCE = 0.5;
/** Particles between two chances to breathe or to cancel. */
const BLOCK = 256;

interface Run {
  readonly target: TemperedTarget;
  readonly sweep: HamiltonianSweep;
  readonly weights: Float64Array;
  readonly ancestors: Int32Array;
  readonly startPositions: Float64Array;
  particles: Particles;
  spare: Particles;
  tuning: MoveTuning;
  numSweeps: number;
  readonly records: TemperatureRecord[];
}

/**
 * Sequential Monte Carlo as a generator: it pauses after each block of particles, so that its driver can report, breathe
 * or stop. `smc` says what it does.
 */
export function* smcSteps(
  density: TemperedDensity,
  rng: Rng,
  options: SmcOptions,
): Generator<SmcStep, SmcDraws | SmcFailure, void> {
  const { particles: count, conditionalShare } = requireSmcOptions(options);
  const [particleRng, resamplingRng] = rng.split(2);
  const run = createRun(density, count, particleRng);
  const { target, weights } = run;
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(from + BLOCK, count);
    if (!drawPopulation(density, target, run.particles, from, to)) return failure("prior", count);
    yield stepOf(run);
  }
  if (run.particles.logLikelihood.every((value) => value === -Infinity)) return failure("likelihood", count);
  let evidence: Evidence = { logEvidence: 0, standardError: 0 };
  while (target.temperature < 1) {
    const { logLikelihood, logWeights, groupStarts } = run.particles;
    normaliseWeights(logWeights, weights);
    const temperature = nextTemperature(weights, logLikelihood, target.temperature, conditionalShare);
    reweight(run.particles, temperature - target.temperature);
    target.temperature = temperature;
    normaliseWeights(logWeights, weights);
    if (temperature === 1) evidence = evidenceOf(logWeights, groupStarts);
    const share = effectiveShare(weights);
    const isResampled = temperature === 1 || share < RESAMPLING_SHARE;
    if (isResampled) resample(run, resamplingRng);
    yield* rejuvenate(run, share, isResampled);
  }
  return drawsOf(run, evidence);
}

function createRun(density: TemperedDensity, count: number, rng: Rng): Run {
  const target = createTemperedTarget(density);
  const { dim } = target;
  const particles = emptyPopulation(dim, count, rng);
  const spare = { ...emptyPopulation(dim, count, rng), streams: particles.streams };
  return {
    target,
    sweep: createHamiltonianSweep(target, count),
    weights: new Float64Array(count),
    ancestors: new Int32Array(count),
    startPositions: new Float64Array(count * dim),
    particles,
    spare,
    tuning: initialTuning(dim),
    numSweeps: 0,
    records: [],
  };
}

function failure(cause: SmcFailure["cause"], numAttempts: number): SmcFailure {
  return { kind: "noInitialParticles", cause, numAttempts };
}

function stepOf({ target, records }: Run): SmcStep {
  return { temperature: target.temperature, numTemperatures: records.length, numGradients: target.numGradients };
}

/** Within groups on the way; over all of them at the end. */
function resample(run: Run, rng: Rng): void {
  const { particles, spare, weights, ancestors, target } = run;
  const resampleInto = target.temperature === 1 ? resampleAll : resampleGroups;
  resampleInto(particles, weights, rng, spare, ancestors);
  run.particles = spare;
  run.spare = particles;
  normaliseWeights(spare.logWeights, weights);
}

/** Moves all particles until they have forgotten where they began, and at the end until none equals another. */
function* rejuvenate(run: Run, share: number, isResampled: boolean): Generator<SmcStep, void, void> {
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

function drawsOf({ particles, ancestors, records, target }: Run, evidence: Evidence): SmcDraws {
  const { count, dim, positions, logPrior, logLikelihood, groupStarts } = particles;
  let k = 0;
  const group = ancestors.map((ancestor) => {
    while (ancestor >= groupStarts[k + 1]) k++;
    return k;
  });
  return {
    kind: "complete",
    numDraws: count,
    positions,
    logPrior,
    logLikelihood,
    group,
    evidence,
    temperatures: records,
    numGradients: target.numGradients,
    numDuplicates: countDuplicates(positions, dim),
  };
}
