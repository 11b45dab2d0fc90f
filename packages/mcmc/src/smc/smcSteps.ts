import { countDuplicates } from "./countDuplicates.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { nextTemperature } from "./nextTemperature.ts";
import { MOST_PRIOR_DRAWS } from "./priorDraw.ts";
import { type PriorSurvival, weighSurvivors } from "./priorSurvival.ts";
import { rejuvenate } from "./rejuvenate.ts";
import { resampleAll, resampleGroups } from "./resample.ts";
import type { SmcDraws, SmcFailure } from "./smcDraws.ts";
import { type SmcRun, type SmcStep, workOf } from "./smcRun.ts";
import { effectiveShare, normaliseWeights, reweight } from "./weights.ts";

/** Effective share below which particles are resampled (Liu & Chen 1998); resampling itself adds noise. */
const RESAMPLING_SHARE = 0.5;

/**
 * Sequential Monte Carlo as a generator, which leaves all evaluation to its driver: it yields the work that is to be done
 * on each block of particles, and goes on once all of it is done. `smc` says what it does.
 */
export function* smcSteps(run: SmcRun): Generator<SmcStep, SmcDraws | SmcFailure, void> {
  const { particles, weights, conditionalShare } = run;
  const { logPrior, logLikelihood, logWeights, count } = particles;
  yield workOf(run, { kind: "draw" });
  // A slot that gave up on a draw without a density has likelihood 0, as one that gave up for lack of a likelihood.
  if (!logPrior.some(Number.isFinite)) return failure("prior", count);
  if (logLikelihood.every((value) => value === -Infinity)) return failure("likelihood", count);
  const survival = weighSurvivors(particles);
  let evidence: Evidence = { logEvidence: 0, standardError: 0 };
  while (run.temperature < 1) {
    normaliseWeights(logWeights, weights);
    const temperature = nextTemperature(weights, logLikelihood, run.temperature, conditionalShare);
    reweight(particles, temperature - run.temperature);
    run.temperature = temperature;
    normaliseWeights(logWeights, weights);
    if (temperature === 1) evidence = withSurvival(evidenceOf(logWeights, particles.groupStarts), survival);
    const share = effectiveShare(weights);
    const isResampled = temperature === 1 || share < RESAMPLING_SHARE;
    if (isResampled) resample(run);
    yield* rejuvenate(run, share, isResampled);
  }
  return drawsOf(run, evidence);
}

function failure(cause: SmcFailure["cause"], count: number): SmcFailure {
  return { kind: "noInitialParticles", cause, numAttempts: count * MOST_PRIOR_DRAWS };
}

/** Groups share the survivors' share of the prior, so that their spread knows nothing of its error. */
function withSurvival({ logEvidence, standardError }: Evidence, { logVariance }: PriorSurvival): Evidence {
  return { logEvidence, standardError: Math.sqrt(standardError ** 2 + logVariance) };
}

/** Within groups on the way; over all of them at the end. */
function resample({ particles, spare, weights, ancestors, resamplingRng, temperature }: SmcRun): void {
  const resampleInPlace = temperature === 1 ? resampleAll : resampleGroups;
  resampleInPlace(particles, weights, resamplingRng, spare, ancestors);
  normaliseWeights(particles.logWeights, weights);
}

function drawsOf({ particles, ancestors, records }: SmcRun, evidence: Evidence): SmcDraws {
  const { count, dim, positions, logPrior, logLikelihood, groupStarts, numGradients } = particles;
  let k = 0;
  const group = ancestors.map((ancestor) => {
    while (ancestor >= groupStarts[k + 1]) k++;
    return k;
  });
  return {
    kind: "complete",
    numDraws: count,
    // Copies: the particles' own arrays may be shared between threads.
    positions: positions.slice(),
    logPrior: logPrior.slice(),
    logLikelihood: logLikelihood.slice(),
    group,
    evidence,
    temperatures: records,
    numGradients: numGradients.reduce((sum, number) => sum + number, 0),
    numDuplicates: countDuplicates(positions, dim),
  };
}
