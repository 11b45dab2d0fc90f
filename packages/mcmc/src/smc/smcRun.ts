import type { Rng, TemperedDensity } from "@poolish/core";
import { createHamiltonianSweep, type HamiltonianSweep } from "./hamiltonianSweep.ts";
import { initialTuning, type MoveTuning } from "./moveTuning.ts";
import { createParticles, type Particles } from "./particles.ts";
import { emptyPopulation, NUM_GROUPS } from "./population.ts";
import { createTemperedTarget, type TemperedTarget } from "./temperedTarget.ts";

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

/** Where a run is, told after each block of particles. */
export interface SmcStep {
  readonly temperature: number;
  /** Temperatures that are done; 0 while particles are drawn from the prior. */
  readonly numTemperatures: number;
  readonly numGradients: number;
  /** Present when a temperature has just been finished. */
  readonly record?: TemperatureRecord;
}

/** Particles between two chances to breathe or to cancel. */
export const BLOCK = 256;

/** A run under way: what its parts share and change. */
export interface SmcRun {
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

/** A run at temperature 0, before its particles are drawn. */
export function createRun(density: TemperedDensity, count: number, rng: Rng): SmcRun {
  const target = createTemperedTarget(density);
  const { dim } = target;
  const particles = emptyPopulation(dim, count, rng);
  const spare = createParticles({ count, dim, numGroups: NUM_GROUPS }, particles.streams);
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

/** Where `run` is. */
export function stepOf({ target, records }: SmcRun): SmcStep {
  return { temperature: target.temperature, numTemperatures: records.length, numGradients: target.numGradients };
}
