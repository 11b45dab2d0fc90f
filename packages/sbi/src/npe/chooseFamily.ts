import { type CancelSignal, type OnProgress, type Rng, throwIfAborted } from "@poolish/core";
import type { DensityFamily } from "../plan/planDensity.ts";
import { fit, type TrainingSettings } from "../training/fit.ts";
import { pairedStandardError } from "../training/keptEpoch.ts";
import type { Split } from "../training/splitSimulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";

/** Share of the epochs of a whole training that a trial takes: enough to tell families apart that differ. */
const TRIAL_SHARE = 0.25;

/** A family that may be learned. */
export interface FamilyCandidate {
  readonly family: DensityFamily;
  readonly settings: TrainingSettings;
  createTrainer(rng: Rng): TrainableDensity;
}

export interface FamilyTrials extends Split {
  readonly rng: Rng;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

export interface FamilyChoice<Candidate extends FamilyCandidate> {
  readonly candidate: Candidate;
  /** How it was chosen, in a line; undefined where there was no choice. */
  readonly notice: string | undefined;
}

/**
 * The family that explains held-out simulations best after a short training of each: the first, unless another one is better
 * by more than one standard error of the paired difference.
 */
export async function chooseFamily<Candidate extends FamilyCandidate>(
  candidates: readonly Candidate[],
  trials: FamilyTrials,
): Promise<FamilyChoice<Candidate>> {
  if (candidates.length === 1) return { candidate: candidates[0], notice: undefined };
  const heldOuts = await tryFamilies(candidates, trials);
  const chosen = heldOuts.reduce((best, heldOut, k) => (isBetter(heldOut, heldOuts[best]) ? k : best), 0);
  const candidate = candidates[chosen];
  const scores = candidates.map(({ family }, k) => `${family} ${mean(heldOuts[k]).toFixed(2)}`).join(", ");
  const notice = `p(θ | x) is learned as "${candidate.family}", by trials on held-out simulations (${scores} nats).`;
  return { candidate, notice };
}

/** The log-densities of the held-out simulations after a short training of each candidate. */
async function tryFamilies(
  candidates: readonly FamilyCandidate[],
  { rng, training, validation, onProgress, signal }: FamilyTrials,
): Promise<Float64Array[]> {
  const heldOuts: Float64Array[] = [];
  for (const [k, { family, settings, createTrainer }] of candidates.entries()) {
    throwIfAborted(signal, "train");
    const numEpochs = Math.max(1, Math.round(TRIAL_SHARE * settings.numEpochs));
    const { heldOut } = await fit(createTrainer(rng.foldIn(2 * k)), {
      rng: rng.foldIn(2 * k + 1),
      training,
      validation,
      settings: { ...settings, numEpochs },
      ...(onProgress && {
        onProgress: (progress) => onProgress({ ...progress, message: `trial of ${family}: ${progress.message ?? ""}` }),
      }),
      ...(signal && { signal }),
    });
    heldOuts.push(heldOut);
  }
  return heldOuts;
}

function isBetter(heldOut: Float64Array, best: Float64Array): boolean {
  return mean(heldOut) - mean(best) > pairedStandardError(heldOut, best);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}
