import type { Rng } from "@poolish/core";
import type { DensitySpec } from "@poolish/estimators";
import type { FinishedMember } from "./checkpoint.ts";
import { ensembleHeldOut } from "./ensembleHeldOut.ts";
import type { TrainingSettings } from "./fit.ts";
import { pairedStandardError } from "./keptEpoch.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

/**
 * Held-out nats that the first member must have lost again when it ended: less is noise that four times the training and the
 * evaluation do not pay for (a linear Gaussian loses some thousandths).
 */
const MATERIAL_LOSS = 0.05;
/** Standard errors by which a smoother member must be worse: the first one's epoch was chosen on the same simulations. */
const CLEAR = 2;

/** How an ensemble is trained where one network has too few simulations to learn from. */
export interface CarefulTraining {
  readonly settings: TrainingSettings;
  readonly numMembers: number;
}

/** How an ensemble of other networks, that are harder to teach by heart, is trained there. */
export interface ReplacementTraining extends CarefulTraining {
  /** What they are called in progress messages, such as "masked flows". */
  readonly noun: string;
  readonly density: DensitySpec;
  createTrainer(rng: Rng): TrainableDensity;
}

/** How a smoother member is trained where simulations are few. */
export interface SmoothTraining {
  createTrainer(rng: Rng): TrainableDensity;
}

/** What is to be trained next, or else the members that make the estimator. */
export type Schedule =
  | {
      readonly settings: TrainingSettings;
      readonly label: string;
      /** By default the plan's. */
      readonly createTrainer?: SmoothTraining["createTrainer"];
    }
  | KeptMembers;

export interface KeptMembers {
  readonly settings?: undefined;
  readonly members: readonly FinishedMember[];
  /** What the members are of, where it is not the plan's own density. */
  readonly replacement?: ReplacementTraining;
}

interface SchedulePlan {
  readonly settings: TrainingSettings;
  readonly careful?: CarefulTraining;
  readonly replacement?: ReplacementTraining;
  readonly smooth?: SmoothTraining;
}

/**
 * Members are trained one after another. Where the first learned by heart (it ended early, at weights that lie behind it),
 * and the plan knows how to train with more care, an ensemble takes its place: what its members learned by heart differs,
 * and averages out. It is one of the plan's other networks, unless the first of them is worse on the held-out simulations;
 * then one with slower steps, unless it is worse there. Where nothing was learned by heart, and the plan knows of a
 * smoother member, that takes the first one's place unless it is worse by two standard errors: few simulations hold out too
 * few to show what a flexible network learned of their noise, but show at once where smooth functions do not do. It follows
 * from the finished members alone, so that a run can be resumed.
 */
export function schedule(plan: SchedulePlan, numMembers: number, finished: readonly FinishedMember[]): Schedule {
  const { settings, careful, replacement, smooth } = plan;
  const first = finished.at(0);
  if (careful !== undefined && first !== undefined && learnedByHeart(first, settings)) {
    return replaced(first, finished.slice(1), careful, replacement);
  }
  if (smooth !== undefined && first !== undefined && first.keptEpoch > 0) {
    if (finished.length > 1) return { members: betterOf([first], finished.slice(1), CLEAR) };
    return {
      settings: { ...settings, runsToTheEnd: true, keepsLast: true },
      label: "few simulations, a smoother network too: ",
      createTrainer: smooth.createTrainer,
    };
  }
  if (finished.length >= numMembers) return { members: finished };
  return { settings, label: numMembers === 1 ? "" : `member ${finished.length + 1} of ${numMembers}: ` };
}

/** What takes the place of a first member that learned by heart. */
function replaced(
  first: FinishedMember,
  others: readonly FinishedMember[],
  careful: CarefulTraining,
  replacement: ReplacementTraining | undefined,
): Schedule {
  if (replacement === undefined) return slowEnsemble(first, others, careful);
  const [second] = others;
  const isReplaced = second === undefined || betterOf([first], [second], 0)[0] === second;
  if (!isReplaced) return slowEnsemble(first, others.slice(1), careful);
  if (others.length >= replacement.numMembers) return { members: others, replacement };
  const { settings, createTrainer, noun } = replacement;
  return { settings, createTrainer, label: labelOf(others.length, replacement, noun) };
}

function slowEnsemble(first: FinishedMember, slow: readonly FinishedMember[], careful: CarefulTraining): Schedule {
  if (slow.length >= careful.numMembers) return { members: betterOf([first], slow, 1) };
  return { settings: careful.settings, label: labelOf(slow.length, careful, "slower networks") };
}

function labelOf(numFinished: number, { numMembers }: CarefulTraining, noun: string): string {
  return `too few simulations for one network, ${numFinished + 1} of ${numMembers} ${noun}: `;
}

/** A first member that kept its start had nothing to learn. */
function learnedByHeart({ history, keptEpoch }: FinishedMember, { numEpochs }: TrainingSettings): boolean {
  if (keptEpoch === 0 || history.length >= numEpochs) return false;
  const losses = history.map(({ validation }) => validation);
  return losses[losses.length - 1] - Math.min(...losses) > MATERIAL_LOSS;
}

/**
 * The others, unless the one is better by more than so many standard errors. Held-out means tell little here: on Bernoulli GLM
 * they agreed to .02 nats where the ensemble's posterior means were nearly twice as exact.
 */
function betterOf(
  one: readonly FinishedMember[],
  others: readonly FinishedMember[],
  numErrors: number,
): readonly FinishedMember[] {
  const [a, b] = [ensembleHeldOut(one), ensembleHeldOut(others)];
  const loss = b.reduce((sum, value, i) => sum + (a[i] - value) / b.length, 0);
  return loss > numErrors * pairedStandardError(a, b) ? one : others;
}
