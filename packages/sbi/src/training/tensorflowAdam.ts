import * as tf from "@tensorflow/tfjs";
import { fusedLoss } from "./fusedLoss.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

/** Adam (Kingma & Ba 2015, algorithm 1; its defaults, but for the ε of TensorFlow.js: 1e-7) over one flat variable of tensors. */
export interface Adam {
  /** One step on the simulations `batch`; returns their mean negative log-density before it, in nats. */
  step(batch: Int32Array, learningRate: number): number;
  /** The variables now: fresh. */
  variables(): Float32Array;
  /** Frees the tensors. */
  dispose(): void;
}

export function createAdam(density: TrainableDensity): Adam {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(density.initial)));
  const loss = fusedLoss(density, density.initial.length);
  const optimizer = tf.train.adam();
  return {
    step(batch, learningRate) {
      // The field that a schedule must set is public in TensorFlow.js, but protected in its types.
      Object.assign(optimizer, { learningRate });
      const value = optimizer.minimize(() => loss(variable, batch), true, [variable]);
      if (value === null) throw new Error("the optimiser returned no loss");
      const [number] = value.dataSync<"float32">();
      value.dispose();
      return number;
    },
    variables: () => variable.dataSync<"float32">().slice(),
    dispose() {
      variable.dispose();
      optimizer.dispose();
    },
  };
}
