import type { Rng } from "@poolish/core";
import { countBlocks } from "./blocks.ts";
import { initialTuning, type MoveTuning } from "./moveTuning.ts";
import { type Allocate, createParticles, type Particles } from "./particles.ts";
import type { SmcTask } from "./smcTask.ts";

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
  /** Of the last independent proposals; absent above 20 dimensions, where there are none. */
  readonly jumpAcceptanceRate?: number;
}

/** What a run asks of its driver before it goes on. */
export type SmcStep =
  /** To have `task` done by block workers for each of `numBlocks` blocks. */
  | { readonly kind: "work"; readonly task: SmcTask; readonly numBlocks: number; readonly temperature: number }
  /** To take note that a temperature, the `numTemperatures`-th, is done. */
  | { readonly kind: "temperature"; readonly record: TemperatureRecord; readonly numTemperatures: number };

/**
 * Groups that are resampled apart, so that their spread measures the error (`evidenceOf`): 20 give a t distribution with
 * 19 degrees of freedom, close to the normal, and leave 100 particles a group at 2,000.
 */
const NUM_GROUPS = 20;

/** A run under way: what its parts share and change. */
export interface SmcRun {
  readonly particles: Particles;
  /** Where resampling writes before it copies back. */
  readonly spare: Particles;
  readonly resamplingRng: Rng;
  /** For what the mixtures of the jumps are fitted to. */
  readonly fitRng: Rng;
  /** The parent of all blocks' streams. */
  readonly blockRng: Rng;
  readonly conditionalShare: number;
  readonly numBlocks: number;
  readonly weights: Float64Array;
  readonly ancestors: Int32Array;
  readonly startPositions: Float64Array;
  readonly records: TemperatureRecord[];
  temperature: number;
  tuning: MoveTuning;
  numSweeps: number;
  numJumps: number;
}

/** A run at temperature 0, before its particles are drawn. `options` are checked. */
export function createRun(
  dim: number,
  rng: Rng,
  { particles: count, conditionalShare }: { readonly particles: number; readonly conditionalShare: number },
  allocate?: Allocate,
): SmcRun {
  const [blockRng, resamplingRng, fitRng] = rng.split(3);
  const numBlocks = countBlocks(count);
  const shape = { count, dim, numGroups: NUM_GROUPS, numBlocks };
  return {
    particles: createParticles(shape, allocate),
    spare: createParticles(shape),
    blockRng,
    resamplingRng,
    fitRng,
    conditionalShare,
    numBlocks,
    weights: new Float64Array(count),
    ancestors: new Int32Array(count),
    startPositions: new Float64Array(count * dim),
    records: [],
    temperature: 0,
    tuning: initialTuning(dim),
    numSweeps: 0,
    numJumps: 0,
  };
}

/** Asks for `task` on all blocks. */
export function workOf({ numBlocks, temperature }: SmcRun, task: SmcTask): SmcStep {
  return { kind: "work", task, numBlocks, temperature };
}
