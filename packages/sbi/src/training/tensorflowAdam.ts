import * as tf from "@tensorflow/tfjs";
import { fusedLoss } from "./fusedLoss.ts";
import { keptShare, type Optimizer, type OptimizerSettings } from "./optimizer.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

/**
 * TensorFlow.js's Adam over one flat variable of tensors, on the device that it has chosen: the path of networks that are
 * written in its layers. Built-in densities train faster by `createKernelAdam`. No clipping, no decay.
 */
export function createTensorflowAdam(density: TrainableDensity, settings: OptimizerSettings): Optimizer {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d(density.initial)));
  const loss = fusedLoss(density, density.initial.length);
  const optimizer = tf.train.adam(undefined, undefined, settings.beta2, settings.epsilon);
  const averages = density.initial.slice();
  let numSteps = 0;
  return {
    step(batch, stepSize) {
      // The field that a schedule must set is public in TensorFlow.js, but protected in its types.
      Object.assign(optimizer, { learningRate: stepSize });
      const value = optimizer.minimize(() => loss(variable, batch), true, [variable]);
      if (value === null) throw new Error("the optimiser returned no loss");
      const [number] = value.dataSync<"float32">();
      value.dispose();
      numSteps++;
      const added = 1 - keptShare(settings.averaging, numSteps);
      const variables = variable.dataSync<"float32">();
      for (let i = 0; i < averages.length; i++) averages[i] += added * (variables[i] - averages[i]);
      return number;
    },
    averages: () => averages.slice(),
    dispose() {
      variable.dispose();
      optimizer.dispose();
    },
  };
}
