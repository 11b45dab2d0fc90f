import { type CancelSignal, type OnProgress, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import { createEstimator, type Estimator, simdVariant } from "@poolish/estimators";
import { logSumExp } from "@poolish/math";
import { dropFailed } from "./dropFailed.ts";
import type { NleRecipe } from "./nle.ts";
import type { Plan } from "./plan/plan.ts";
import { planContinuation } from "./plan/planContinuation.ts";
import { planTraining } from "./plan/planTraining.ts";
import { requireLearnable } from "./requireLearnable.ts";
import type { Simulations } from "./simulations.ts";
import type { Checkpoint, FinishedMember } from "./training/checkpoint.ts";
import { type CreateOptimizer, fit } from "./training/fit.ts";
import { createKernelAdam } from "./training/kernelAdam.ts";
import { type Split, splitSimulations } from "./training/splitSimulations.ts";

export interface TrainOptions {
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
  /** Is told what a user should know but nobody must stop for; by default the console is. */
  readonly onWarning?: (message: string) => void;
  /** Is told the state of training after each epoch: what `resume` goes on from. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  /** A state that `onCheckpoint` was told, with the same recipe, simulations and seed: the result is as if there had been no break. */
  readonly resume?: Checkpoint;
  /**
   * An estimator to go on from, with its architecture, members and standardisation, by a shorter schedule; of the recipe,
   * only what says how to train counts. Put the simulations that it was trained on first: what is held out are later ones.
   */
  readonly from?: Estimator;
  /**
   * What takes the steps: Adam in our kernels (the default, and the faster), or TensorFlow.js's on the device that it
   * chooses, without clipping, decay and checkpoints.
   */
  readonly optimizer?: "kernels" | "tensorflow";
}

/**
 * Trains an estimator on simulations. The same recipe, simulations, seed and SIMD variant give the same weights.
 * Simulations that failed (NaN in x) are left out with a warning.
 * @throws PoolishError for simulations that cannot be learned from, or not by the estimator to go on from, and when
 * cancelled.
 */
export async function train(recipe: NleRecipe, simulations: Simulations, options: TrainOptions): Promise<Estimator> {
  requireCount("seed", options.seed, 0);
  const usable = dropFailed(simulations);
  if (usable.numDropped > 0) warnOfFailures(usable.numDropped, simulations.count, options);
  requireLearnable(usable.simulations);
  const [initialRng, , orderRng] = rngFromSeed(options.seed).split(3);
  const { from } = options;
  const split = splitSimulations(options.seed, usable.simulations.count, recipe.validationFraction, from);
  const plan =
    from === undefined
      ? planTraining(recipe, usable.simulations, split.training)
      : planContinuation(recipe, usable.simulations, split.training, from);
  const numMembers = from?.spec.numMembers ?? recipe.numMembers;
  const engine = await chooseEngine(options);
  const members = await trainMembers(numMembers, plan, split, { ...options, ...engine, initialRng, orderRng });
  return assemble(plan, usable.simulations, members, {
    seed: options.seed,
    backend: engine.backend,
    numSimulations: simulations.count,
    numDropped: usable.numDropped,
  });
}

function warnOfFailures(numDropped: number, count: number, { onWarning = console.warn }: TrainOptions): void {
  const share = ((100 * numDropped) / count).toFixed(1);
  onWarning(
    `${numDropped} of ${count} simulations (${share} %) failed and are left out: the likelihood holds for runs that succeed.`,
  );
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
  plan: Plan,
  split: Split,
  options: MemberOptions,
): Promise<readonly FinishedMember[]> {
  const { resume, onCheckpoint, onProgress, signal, initialRng, orderRng } = options;
  const finished: FinishedMember[] = [...(resume?.finished ?? [])];
  for (let member = finished.length; member < numMembers; member++) {
    const label = numMembers === 1 ? "" : `member ${member + 1} of ${numMembers}: `;
    finished.push(
      await fit(plan.createTrainer(initialRng.foldIn(member), member), {
        ...split,
        rng: orderRng.foldIn(member),
        settings: plan.settings,
        createOptimizer: options.createOptimizer,
        onEpoch: (progress) => onCheckpoint?.({ member, finished: [...finished], ...progress }),
        ...(resume !== undefined && resume.member === member && { from: resume }),
        ...(onProgress && {
          onProgress: (progress) => onProgress({ ...progress, message: `${label}${progress.message ?? ""}` }),
        }),
        ...(signal && { signal }),
      }),
    );
  }
  return finished;
}

function assemble(
  { density, features, conditionScales }: Plan,
  { parameters, columns, conditions, simulator, seed: simulationSeed }: Simulations,
  members: readonly FinishedMember[],
  origin: Pick<Engine, "backend"> & {
    readonly seed: number;
    readonly numSimulations: number;
    readonly numDropped: number;
  },
): Estimator {
  const { seed: trainingSeed, numSimulations, numDropped, backend } = origin;
  const provenance = {
    simulator,
    simulationSeed,
    numSimulations,
    numDropped,
    trainingSeed,
    backend,
    histories: members.map(({ history }) => history),
    keptEpochs: members.map(({ keptEpoch }) => keptEpoch),
    heldOutLogDensity: meanLogDensity(members),
  };
  const kind = { format: "poolish-estimator", version: 1, target: "likelihood" } as const;
  const numMembers = members.length;
  const weights = Float32Array.from(members.flatMap((member) => Array.from(member.weights)));
  return createEstimator(
    { ...kind, parameters, columns, conditions, features, conditionScales, density, numMembers, provenance },
    weights,
  );
}

/** The held-out mean of the log of the members' mean density. */
function meanLogDensity(members: readonly FinishedMember[]): number {
  const { heldOut } = members[0];
  const logMeans = heldOut.map(
    (_, i) => logSumExp(Float64Array.from(members, (member) => member.heldOut[i])) - Math.log(members.length),
  );
  return logMeans.reduce((sum, value) => sum + value, 0) / logMeans.length;
}
