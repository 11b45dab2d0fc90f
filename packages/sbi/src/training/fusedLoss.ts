import * as tf from "@tensorflow/tfjs";
import type { TrainableDensity } from "./trainableDensity.ts";

/**
 * The loss of a density as one TensorFlow.js operation over one flat variable: value and gradient come from our kernels
 * in a single pass, so that a step costs a handful of tensor operations instead of hundreds.
 */
export function fusedLoss(
  density: TrainableDensity,
  numWeights: number,
): (variable: tf.Tensor1D, batch: Int32Array) => tf.Scalar {
  const gradient = new Float32Array(numWeights);
  return (variable, batch) => {
    const operation = tf.customGrad((...inputs) => {
      const [weights] = inputs as [tf.Tensor1D];
      const loss = density.lossAndGradient(weights.dataSync<"float32">(), batch, gradient);
      return {
        value: tf.scalar(loss),
        gradFunc: (dy: tf.Tensor) => [tf.tensor1d(gradient).mul(dy)],
      };
    });
    return operation(variable) as tf.Scalar;
  };
}
