import {
  type CancelSignal,
  type OnProgress,
  type ParameterSpec,
  real,
  requireCount,
  rngFromSeed,
  type ScalarSupport,
} from "@poolish/core";
import {
  type AutoregressiveSpec,
  createDensity,
  createDrawsDensity,
  createTermEncoder,
  type DrawsDensity,
  fitParameterColumn,
  simdVariant,
} from "@poolish/estimators";
import { initialWeights } from "../autoregressive/initialWeights.ts";
import { linearStart } from "../autoregressive/linearStart.ts";
import { weightDecays } from "../autoregressive/weightDecays.ts";
import { createDensityTrainer } from "../createDensityTrainer.ts";
import type { EncodedSimulations } from "../encodedSimulations.ts";
import type { FinishedMember } from "../training/checkpoint.ts";
import { fit, type TrainingSettings } from "../training/fit.ts";
import { splitSimulations } from "../training/splitSimulations.ts";
import { columnsOf, type Draws, namesOf, refuse } from "./draws.ts";
import { matchMoments, requireOwnVariation } from "./matchMoments.ts";

export interface DensityFromOptions {
  /** Which columns, in which order: one is described given those before it. All of them if absent. */
  readonly names?: readonly string[];
  /** Where each may lie; the real line for those that are not named. No mass leaves them. */
  readonly supports?: Readonly<Record<string, ScalarSupport>>;
  readonly seed: number;
  readonly onProgress?: OnProgress;
  readonly signal?: CancelSignal;
}

const HELD_OUT = 0.1;
const SETTINGS = { numComponents: 4, branch: [24, 24] } as const;

/**
 * The joint density of last stage's draws, to begin this stage with: `sample("stage", learnedPrior(density))`. A Gaussian on the
 * scale of the supports takes means, standard deviations and correlations; networks, kept only as far as they help on held-out
 * draws, shape what is left: skewness, bounds, funnels. It is saved like any estimator (`target` is "density").
 * @param draws As `fit.draws(["mu", "rate"])` gives them, or columns by name. Their order does not matter.
 * @throws PoolishError naming column and row for draws off their support, constant, whole numbers, too few, or that follow from
 * others; and when cancelled.
 */
export async function densityFrom(draws: Draws, options: DensityFromOptions): Promise<DrawsDensity> {
  const { seed, supports = {}, onProgress, signal } = options;
  requireCount("seed", seed, 0);
  const names = options.names ?? namesOf(draws);
  const unknown = Object.keys(supports).find((name) => !names.includes(name));
  if (unknown !== undefined)
    refuse(`supports.${unknown}`, "no column of this name is learned", `They are ${names.join(", ")}.`);
  const supportOf = names.map((name) => supports[name] ?? real);
  const columns = columnsOf(draws, names, supportOf);
  const [{ length: count }] = columns;
  const split = splitSimulations(seed, count, HELD_OUT);
  const encoding = names.map((name, k) => {
    const training = Float64Array.from(split.training, (row) => columns[k][row]);
    return fitParameterColumn({ name, support: supportOf[k] }, training);
  });
  const spec = densitySpec(encoding);
  const simulations = encodeDraws(spec, columns, count);
  requireOwnVariation(names, simulations.columns);
  const settings = settingsFor(split.training.length);
  const [initialRng, , orderRng] = rngFromSeed(seed).split(3);
  const trainer = createDensityTrainer({
    density: createDensity(spec, settings.batchSize, settings.batchSize),
    simulations,
    initial: initialWeights(initialRng, spec, linearStart(spec, simulations, split.training)),
    decays: weightDecays(spec, split.training.length),
    maxBatch: settings.batchSize,
  });
  const watch = { ...(onProgress && { onProgress }), ...(signal && { signal }) };
  const member = await fit(trainer, { ...split, rng: orderRng, settings, ...watch });
  const parameters = names.map((name, k) => ({ name, support: supportOf[k], box: rangeOf(columns[k]) }));
  const weights = matchMoments(initialRng.foldIn(1), spec, member.weights, simulations.columns);
  return assemble(parameters, spec, { ...member, weights }, seed, count);
}

function densitySpec(columns: AutoregressiveSpec["columns"]): AutoregressiveSpec {
  return {
    kind: "autoregressive",
    columns,
    numFeatures: 1,
    numConditions: 0,
    isCoupled: columns.length > 1,
    numComponents: SETTINGS.numComponents,
    // Nothing is conditioned on: places, scales and couplings are constants.
    trunk: { hidden: [], activation: "silu" },
    branch: { hidden: SETTINGS.branch, activation: "silu" },
  };
}

function encodeDraws(spec: AutoregressiveSpec, raw: readonly Float64Array[], count: number): EncodedSimulations {
  const itself = Int32Array.from({ length: count }, (_, i) => i);
  const { columns, logJacobian } = createTermEncoder(spec.columns, raw, itself, 0);
  return { count, features: new Float64Array(count), conditions: new Float64Array(0), columns, logJacobian };
}

function settingsFor(numTraining: number): TrainingSettings {
  const batchSize = Math.min(256, Math.max(32, Math.round(numTraining / 40)));
  const optimizer = { beta2: 0.99, epsilon: 1e-8, clipNorm: 5, averaging: 0.995 };
  return { ...optimizer, batchSize, numEpochs: 50, peakLearningRate: 0.005 };
}

function rangeOf(column: Float64Array): readonly [number, number] {
  return [column.reduce((a, b) => Math.min(a, b), Infinity), column.reduce((a, b) => Math.max(a, b), -Infinity)];
}

function assemble(
  parameters: readonly ParameterSpec[],
  density: AutoregressiveSpec,
  member: FinishedMember,
  seed: number,
  count: number,
): DrawsDensity {
  const kind = { format: "poolish-estimator", version: 1, target: "density" } as const;
  const provenance = {
    simulator: "draws",
    simulationSeed: 0,
    numSimulations: count,
    numDropped: 0,
    trainingSeed: seed,
    backend: `kernels, ${simdVariant()}`,
    histories: [member.history],
    keptEpochs: [member.keptEpoch],
    heldOutLogDensity: member.heldOut.reduce((sum, value) => sum + value, 0) / member.heldOut.length,
  };
  return createDrawsDensity({ ...kind, parameters, density, numMembers: 1, provenance }, member.weights);
}
