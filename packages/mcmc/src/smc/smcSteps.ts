import type { Rng, TemperedDensity } from "@poolish/core";
import { countDuplicates } from "./countDuplicates.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { nextTemperature } from "./nextTemperature.ts";
import { drawPopulation } from "./population.ts";
import { rejuvenate } from "./rejuvenate.ts";
import { resampleAll, resampleGroups } from "./resample.ts";
import type { SmcDraws, SmcFailure } from "./smcDraws.ts";
import { requireSmcOptions, type SmcOptions } from "./smcOptions.ts";
import { BLOCK, createRun, type SmcRun, type SmcStep, stepOf } from "./smcRun.ts";
import { effectiveShare, normaliseWeights, reweight } from "./weights.ts";

/** Effective share below which particles are resampled (Liu & Chen 1998); resampling itself adds noise. */
const RESAMPLING_SHARE = 0.5;

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

function failure(cause: SmcFailure["cause"], numAttempts: number): SmcFailure {
  return { kind: "noInitialParticles", cause, numAttempts };
}

/** Within groups on the way; over all of them at the end. */
function resample(run: SmcRun, rng: Rng): void {
  const { particles, spare, weights, ancestors, target } = run;
  const resampleInto = target.temperature === 1 ? resampleAll : resampleGroups;
  resampleInto(particles, weights, rng, spare, ancestors);
  run.particles = spare;
  run.spare = particles;
  normaliseWeights(spare.logWeights, weights);
}

function drawsOf({ particles, ancestors, records, target }: SmcRun, evidence: Evidence): SmcDraws {
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
