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
    // Within the operation TensorFlow.js records nothing: embeddings in its layers would find no gradient there.
    const loss = density.lossAndGradient(variable.dataSync<"float32">(), batch, gradient);
    const operation = tf.customGrad(() => ({
      value: tf.scalar(loss),
      gradFunc: (dy: tf.Tensor) => [tf.tensor1d(gradient).mul(dy)],
    }));
    return operation(variable) as tf.Scalar;
  };
}
