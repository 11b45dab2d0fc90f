import type { DensityMemory } from "@poolish/estimators";
import type { WeightDecay } from "./optimizer.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

/** Variables that are a network's weights as they lie in its memory. */
export interface PlacedWeights extends Pick<TrainableDensity, "initial" | "decays" | "weights"> {
  set(values: Float32Array): void;
  /** Sets other values for as long as `run` takes. */
  during(values: Float32Array, run: () => void): void;
  /** Copies the gradient in memory, unless `gradient` is that very array. */
  copyGradient(gradient: Float32Array): void;
}

/** Blocks of weights begin at multiples of this many elements; what stands between them is 0. */
const ALIGNMENT = 4;

/** Flat `initial` weights and ranges of them, as places in `memory`. */
export function placeWeights(
  initial: Float32Array,
  decays: readonly WeightDecay[],
  memory: DensityMemory,
): PlacedWeights {
  const { weights, gradient: gradientInMemory, positions } = memory;
  const placed = new Float32Array(weights.length);
  initial.forEach((weight, i) => {
    placed[positions[i]] = weight;
  });
  const set = (values: Float32Array): void => {
    if (values !== weights.values) weights.values.set(values);
    memory.refresh();
  };
  return {
    initial: placed,
    decays: decays.map(({ from, end, rate }) => {
      return { from: positions[from], end: Math.ceil((positions[end - 1] + 1) / ALIGNMENT) * ALIGNMENT, rate };
    }),
    weights: (values) => Float32Array.from(positions, (position) => values[position]),
    set,
    during(values, run) {
      const kept = weights.values.slice();
      set(values);
      run();
      set(kept);
    },
    copyGradient(gradient) {
      if (gradient !== gradientInMemory.values) gradient.set(gradientInMemory.values);
    },
  };
}
