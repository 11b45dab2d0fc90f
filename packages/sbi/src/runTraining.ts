import { PoolishError, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import { type Provenance, simdVariant } from "@poolish/estimators";
import { dropFailed } from "./dropFailed.ts";
import { constantColumns, requireLearnable } from "./requireLearnable.ts";
import { requireSingleTrials } from "./requireSingleTrials.ts";
import type { Simulations } from "./simulations.ts";
import type { TrainOptions } from "./train.ts";
import {
  type CarefulTraining,
  type KeptMembers,
  type ReplacementTraining,
  type SmoothTraining,
  schedule,
} from "./training/carefulTraining.ts";
import type { FinishedMember } from "./training/checkpoint.ts";
import { ensembleHeldOut } from "./training/ensembleHeldOut.ts";
import { type CreateOptimizer, fit, type TrainingSettings } from "./training/fit.ts";
import { createKernelAdam } from "./training/kernelAdam.ts";
import { type Split, splitSimulations } from "./training/splitSimulations.ts";
import type { TrainableDensity } from "./training/trainableDensity.ts";

/** What the training loop needs to know of a plan. */
export interface TrainingPlan {
  readonly settings: TrainingSettings;
  /** What takes the place of a first member that began to learn the simulations by heart; by default it stays. */
  readonly careful?: CarefulTraining;
  /** What takes its place rather than that, where it is better. */
  readonly replacement?: ReplacementTraining;
  /** A second member that may take the place of a single one; by default there is none. */
  readonly smooth?: SmoothTraining;
  /** Member number `member` over the simulations; `rng` draws its start, if there is anything to draw. */
  createTrainer(rng: Rng, member: number): TrainableDensity;
}

export interface TrainingProblem<Plan extends TrainingPlan> {
  readonly numMembers: number;
  /** Share of the simulations that is held out. */
  readonly validationFraction: number;
  /** What failed simulations are missing from, for the warning, such as "the likelihood". */
  readonly noun: string;
  /** Whether a simulation may be a set of trials. */
  readonly takesSets?: boolean;
  /** Whether x is what is conditioned on, rather than what is explained. */
  readonly isGivenX?: boolean;
  /** What is learned from the simulations, whose standardisation is measured on those of `training` alone. */
  plan(simulations: Simulations, training: Int32Array, validation: Int32Array): Plan | Promise<Plan>;
}

/** What every kind of estimator is assembled from. */
export interface TrainedMembers<Plan extends TrainingPlan> {
  readonly plan: Plan;
  /** Those that did not fail. */
  readonly simulations: Simulations;
  /** Of all members, one after another. */
  readonly weights: Float32Array;
  readonly numMembers: number;
  /** What the members are of, where it is not the plan itself. */
  readonly replacement?: ReplacementTraining;
  readonly provenance: Provenance;
}

/** The training that all kinds of estimators share: what failed is left out, members are trained one after another. */
export async function runTraining<Plan extends TrainingPlan>(
  problem: TrainingProblem<Plan>,
  simulations: Simulations,
  options: TrainOptions,
): Promise<TrainedMembers<Plan>> {
  requireCount("seed", options.seed, 0);
  if (problem.takesSets !== true) requireSingleTrials(simulations);
  requireResumable(options);
  const usable = dropFailed(simulations);
  if (usable.numDropped > 0) warnOfFailures(usable.numDropped, simulations.count, problem.noun, options);
  requireLearnable(usable.simulations, problem.isGivenX);
  warnOfConstants(usable.simulations, options);
  const [initialRng, , orderRng] = rngFromSeed(options.seed).split(3);
  const split = splitSimulations(options.seed, usable.simulations.count, problem.validationFraction, options.from);
  const plan = await problem.plan(usable.simulations, split.training, split.validation);
  const engine = await chooseEngine(options);
  const streams = { initialRng, orderRng };
  const { members, replacement } = await trainMembers(problem.numMembers, plan, split, {
    ...options,
    ...engine,
    ...streams,
  });
  const provenance = {
    simulator: usable.simulations.simulator,
    simulationSeed: usable.simulations.seed,
    numSimulations: simulations.count,
    numDropped: usable.numDropped,
    trainingSeed: options.seed,
    backend: engine.backend,
    histories: members.map(({ history }) => history),
    keptEpochs: members.map(({ keptEpoch }) => keptEpoch),
    heldOutLogDensity: meanLogDensity(members),
  };
  const weights = Float32Array.from(members.flatMap((member) => Array.from(member.weights)));
  const numMembers = members.length;
  return {
    plan,
    simulations: usable.simulations,
    weights,
    numMembers,
    provenance,
    ...(replacement && { replacement }),
  };
}

/** TensorFlow.js keeps its state on the device: a checkpoint has what our own optimiser needs. */
function requireResumable({ resume, optimizer = "kernels" }: TrainOptions): void {
  if (resume === undefined || optimizer === "kernels") return;
  throw new PoolishError(`the optimiser "${optimizer}" cannot go on from a checkpoint`, {
    kind: "input",
    field: "resume",
    remedy: "Train with our own optimiser, or from the start.",
  });
}

function warnOfFailures(numDropped: number, count: number, noun: string, options: TrainOptions): void {
  const { onWarning = console.warn } = options;
  const share = ((100 * numDropped) / count).toFixed(1);
  onWarning(
    `${numDropped} of ${count} simulations (${share} %) failed and are left out: ${noun} holds for runs that succeed.`,
  );
}

/** What is explained cannot be constant; what is given may be, such as the edge of an image, but hardly ever is meant to be. */
function warnOfConstants(simulations: Simulations, { onWarning = console.warn }: TrainOptions): void {
  const names = constantColumns(simulations).map((c) => simulations.columns[c].name);
  if (names.length === 0) return;
  const some = names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
  onWarning(`${some}: the same in every simulation, so that nothing can be learned from it.`);
}

/** The optimiser, and what the estimator's file calls it. TensorFlow.js is loaded only where it is asked for. */
async function chooseEngine({ optimizer = "kernels" }: TrainOptions): Promise<Engine> {
  if (optimizer === "kernels") return { createOptimizer: createKernelAdam, backend: `kernels, ${simdVariant()}` };
  const { createTensorflowAdam } = await import("./training/tensorflowAdam.ts");
  const { selectBackend } = await import("./backend.ts");
  return { createOptimizer: createTensorflowAdam, backend: `TensorFlow.js, ${await selectBackend()}` };
}

interface Engine {
  readonly createOptimizer: CreateOptimizer;
  readonly backend: string;
}

interface MemberOptions extends TrainOptions, Engine {
  readonly initialRng: Rng;
  readonly orderRng: Rng;
}

async function trainMembers(
  numMembers: number,
  plan: TrainingPlan,
  split: Split,
  options: MemberOptions,
): Promise<KeptMembers> {
  const { resume, onCheckpoint, onProgress, signal, initialRng, orderRng } = options;
  const finished: FinishedMember[] = [...(resume?.finished ?? [])];
  let next = schedule(plan, numMembers, finished);
  while (next.settings !== undefined) {
    const member = finished.length;
    const { settings, label, createTrainer = plan.createTrainer } = next;
    finished.push(
      await fit(createTrainer(initialRng.foldIn(member), member), {
        ...split,
        rng: orderRng.foldIn(member),
        settings,
        createOptimizer: options.createOptimizer,
        onEpoch: (progress) => onCheckpoint?.({ member, finished: [...finished], ...progress }),
        ...(resume !== undefined && resume.member === member && { from: resume }),
        ...(onProgress && {
          onProgress: (progress) => onProgress({ ...progress, message: `${label}${progress.message ?? ""}` }),
        }),
        ...(signal && { signal }),
      }),
    );
    next = schedule(plan, numMembers, finished);
  }
  return next;
}

/** The held-out mean of the log of the members' mean density. */
function meanLogDensity(members: readonly FinishedMember[]): number {
  const logMeans = ensembleHeldOut(members);
  return logMeans.reduce((sum, value) => sum + value, 0) / logMeans.length;
}
