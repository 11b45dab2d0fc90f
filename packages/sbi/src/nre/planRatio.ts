import { PoolishError, type Rng } from "@poolish/core";
import {
  type ColumnReach,
  conditionsWidth,
  type EncodedColumn,
  numericColumns,
  type RatioSpec,
} from "@poolish/estimators";
import { type EncodedSimulations, type Encoding, encodeSimulations } from "../encodedSimulations.ts";
import { fitEncoding } from "../plan/fitEncoding.ts";
import { networkSettings } from "../plan/networkSettings.ts";
import type { TrainingPlan } from "../runTraining.ts";
import type { Simulations } from "../simulations.ts";
import { createRatioTrainer } from "./createRatioTrainer.ts";
import { gaussianStart, initialRatioWeights } from "./gaussianStart.ts";
import { createLocalGroups } from "./localGroups.ts";
import type { NreRecipe } from "./nre.ts";

/** What is learned from some simulations, and how. */
export interface RatioPlan extends TrainingPlan, Pick<Encoding, "features" | "conditionScales"> {
  readonly ratio: RatioSpec;
}

/** Above this many numeric columns the trunk would need too many outputs to correlate each with each. */
const MOST_COUPLED = 40;
/**
 * No weight decays: a ratio falls by tens of nats across a narrow likelihood, which needs large weights. (Decay of rate 3, which
 * suits the branches of densities, left a gap of 1.07 nats on two_moons after 10 epochs; none leaves .23.) The rate suits the short
 * training: 20 epochs at .004 left .41 and .49 nats on slcp (two seeds), 16 at .007 leave .38 and .46; on two_moons .10 and .09.
 */
const DEFAULTS = { trunk: [64, 64, 64], network: [64, 64], learningRate: 0.007, numEpochs: 16 } as const;

/** The ratio and its training for `simulations`; what is standardised is measured on the simulations `training` alone. */
export function planRatio(
  recipe: NreRecipe,
  simulations: Simulations,
  training: Int32Array,
  validation: Int32Array,
): RatioPlan {
  requireContrasts(training, validation);
  const encoding = fitEncoding(simulations, training);
  const { columns, features, conditionScales } = encoding;
  const encoded = encodeSimulations(simulations, encoding);
  const numNumeric = numericColumns(columns).length;
  const ratio: RatioSpec = {
    kind: "ratio",
    columns,
    reaches: columns.map((column, c) => reachOf(column, encoded, c, training)),
    numFeatures: features.length,
    numConditions: conditionsWidth(conditionScales),
    isCoupled: numNumeric > 1 && numNumeric <= MOST_COUPLED,
    trunk: { hidden: recipe.hidden ?? DEFAULTS.trunk, activation: "silu" },
    network: { hidden: recipe.hidden ?? DEFAULTS.network, activation: "silu" },
  };
  const { numEpochs = DEFAULTS.numEpochs } = recipe;
  const settings = networkSettings({ ...recipe, numEpochs }, training.length, DEFAULTS.learningRate);
  const start = gaussianStart(ratio, encoded, training);
  const numContrasts = Math.min(recipe.numContrasts, settings.batchSize - 1);
  const createTrainer = (rng: Rng) => {
    const [initialRng, regionRng] = rng.split(2);
    return createRatioTrainer({
      ...{ spec: ratio, recipe, simulations, encoded, encoding, numContrasts },
      // The balanced loss is meant to be cautious: sharper contrasts would work against it.
      ...(recipe.loss !== "balanced" && {
        localGroups: createLocalGroups(regionRng, encoded, training, numContrasts + 1),
      }),
      initial: initialRatioWeights(initialRng, ratio, start),
      maxBatch: settings.batchSize,
    });
  };
  return { ratio, features, conditionScales, settings, createTrainer };
}

/** @throws PoolishError unless each simulation has another one of its kind to be contrasted with. */
function requireContrasts(training: Int32Array, validation: Int32Array): void {
  if (training.length > 1 && validation.length > 1) return;
  throw new PoolishError(`${training.length} simulations to train on and ${validation.length} held out are too few`, {
    kind: "input",
    field: "validationFraction",
    remedy: "Leave it out to get the default.",
  });
}

/** The sides that a parameter bounds end where the simulations do; see `ColumnReach`. */
function reachOf(column: EncodedColumn, { columns }: EncodedSimulations, c: number, training: Int32Array): ColumnReach {
  const reach = { lower: -Infinity, upper: Infinity };
  if (column.kind !== "continuous") return reach;
  let [smallest, largest] = [Infinity, -Infinity];
  for (const i of training) {
    smallest = Math.min(smallest, columns[c][i]);
    largest = Math.max(largest, columns[c][i]);
  }
  return {
    lower: typeof column.lower === "number" ? -Infinity : smallest,
    upper: typeof column.upper === "number" ? Infinity : largest,
  };
}
