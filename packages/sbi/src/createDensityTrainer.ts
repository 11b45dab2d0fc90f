import type { ConditionalDensity, DensityMemory } from "@poolish/estimators";
import { createSimulationBatch, type EncodedSimulations } from "./encodedSimulations.ts";
import type { WeightDecay } from "./training/optimizer.ts";
import { placeWeights } from "./training/placedWeights.ts";
import type { TrainableDensity } from "./training/trainableDensity.ts";

export interface DensityTrainerOptions {
  /** For at least `maxBatch` rows and terms. */
  readonly density: ConditionalDensity;
  readonly simulations: EncodedSimulations;
  /** Flat weights. */
  readonly initial: Float32Array;
  /** Ranges of flat weights. */
  readonly decays: readonly WeightDecay[];
  readonly maxBatch: number;
}

/**
 * A density over encoded simulations, for the training loop. Its variables are the weights themselves: as they lie in the
 * density's memory where it has one, else flat.
 */
export function createDensityTrainer(options: DensityTrainerOptions): TrainableDensity {
  const { density, simulations, maxBatch } = options;
  const variables = density.memory === undefined ? flatVariables(options) : placedVariables(options, density.memory);
  const batch = createSimulationBatch(simulations, maxBatch);
  const logTerms = new Float64Array(maxBatch);
  const adjoint = new Float64Array(maxBatch);
  const evaluate = (indices: Int32Array): void => {
    density.setTerms(batch.gather(indices));
    density.evaluate(batch.features, indices.length, logTerms);
  };
  const { weights, set, pullback } = variables;
  return {
    initial: variables.initial,
    decays: variables.decays,
    ...(density.memory && { memory: density.memory }),
    weights,
    lossAndGradient(values, indices, gradient) {
      const count = indices.length;
      set(values);
      evaluate(indices);
      let loss = 0;
      for (let i = 0; i < count; i++) loss -= (logTerms[i] + batch.logJacobian[i]) / count;
      adjoint.fill(-1 / count, 0, count);
      pullback(adjoint, gradient);
      return loss;
    },
    logDensities(values, indices, out) {
      variables.during(values, () => {
        for (let start = 0; start < indices.length; start += maxBatch) {
          const block = indices.subarray(start, start + maxBatch);
          evaluate(block);
          for (let i = 0; i < block.length; i++) out[start + i] = logTerms[i] + batch.logJacobian[i];
        }
      });
    },
  };
}

/** How variables become weights, and a gradient in weights one in variables. */
interface Variables extends Pick<TrainableDensity, "initial" | "decays" | "weights"> {
  set(values: Float32Array): void;
  /** Sets other values for as long as `run` takes. */
  during(values: Float32Array, run: () => void): void;
  /** Overwrites `gradient`. */
  pullback(adjoint: Float64Array, gradient: Float32Array): void;
}

function flatVariables({ density, initial, decays }: DensityTrainerOptions): Variables {
  return {
    initial,
    decays,
    weights: (values) => values.slice(),
    set: (values) => density.setWeights(values),
    during(values, run) {
      density.setWeights(values);
      run();
    },
    pullback(adjoint, gradient) {
      gradient.fill(0);
      density.pullback(adjoint, { weights: gradient });
    },
  };
}

function placedVariables({ density, initial, decays }: DensityTrainerOptions, memory: DensityMemory): Variables {
  const placed = placeWeights(initial, decays, memory);
  return {
    ...placed,
    pullback(adjoint, gradient) {
      density.pullback(adjoint, { weights: memory.gradient.values });
      placed.copyGradient(gradient);
    },
  };
}
