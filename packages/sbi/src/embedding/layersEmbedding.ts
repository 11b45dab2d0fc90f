import { PoolishError } from "@poolish/core";
import type { Embedding, LayersEmbeddingSpec } from "@poolish/estimators";
import * as tf from "@tensorflow/tfjs";

/**
 * A network in the layers of TensorFlow.js as an embedding: values and gradients come from there, weights are flat. It keeps
 * the model and writes to it.
 */
export function createLayersEmbedding(model: tf.LayersModel): Embedding {
  const shape = inputShape(model);
  const { trainableWeights } = model;
  const numSummaries = requireOneOutput(model);
  const lengths = trainableWeights.map((weight) => numberOf(weight.shape.map(Number)));
  let inputs: tf.Tensor | undefined;
  return {
    numSummaries,
    numWeights: lengths.reduce((sum, length) => sum + length, 0),
    setWeights(weights) {
      let at = 0;
      trainableWeights.forEach((weight, k) => {
        const values = weights.slice(at, at + lengths[k]);
        tf.tidy(() => {
          weight.write(tf.tensor(values, weight.shape.map(Number)));
        });
        at += lengths[k];
      });
    },
    evaluate({ values, numObservations }, summaries) {
      inputs?.dispose();
      const width = numberOf(shape);
      inputs = tf.tensor(Float32Array.from(values.subarray(0, numObservations * width)), [numObservations, ...shape]);
      const given = inputs;
      const output = tf.tidy(() => outputOf(model, given));
      summaries.set(output.dataSync<"float32">());
      output.dispose();
    },
    pullback(adjoint, weights) {
      const given = inputs;
      if (given === undefined) throw new Error("pullback comes after evaluate");
      const numObservations = given.shape[0];
      const adjoints = tf.tensor2d(Float32Array.from(adjoint.subarray(0, numObservations * numSummaries)), [
        numObservations,
        numSummaries,
      ]);
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(outputOf(model, given), adjoints)).asScalar());
      let at = 0;
      trainableWeights.forEach(({ name }, k) => {
        const gradient = grads[name]?.dataSync<"float32">();
        for (let i = 0; gradient !== undefined && i < lengths[k]; i++) weights[at + i] += gradient[i];
        at += lengths[k];
      });
      tf.dispose([value, adjoints, ...Object.values(grads)]);
    },
  };
}

/** What goes into an estimator's file. @throws PoolishError for a model that cannot be an embedding of `numInputs` numbers. */
export function layersSpec(model: tf.LayersModel, numInputs: number): LayersEmbeddingSpec {
  const shape = inputShape(model);
  if (numberOf(shape) !== numInputs) {
    refuse(`x has ${numInputs} inputs, the model takes [${shape}]`, "Build it for as many numbers.");
  }
  if (model.weights.length !== model.trainableWeights.length) {
    refuse("the model has weights that are not trained, such as those of batch normalisation", "Use layers without.");
  }
  return {
    kind: "layers",
    numInputs,
    numSummaries: requireOneOutput(model),
    topology: JSON.stringify(model.toJSON(null, false)),
    // TensorFlow.js makes names unique in a process: files call weights by their places.
    weights: model.trainableWeights.map(({ shape: each }, k) => ({ name: `layers.${k}`, shape: each.map(Number) })),
  };
}

/** The model's weights, flat. */
export function layersWeights(model: tf.LayersModel): Float32Array {
  return Float32Array.from(model.trainableWeights.flatMap((weight) => Array.from(weight.read().dataSync<"float32">())));
}

/** The model that a file describes, with weights of its own. */
export async function layersModel({ topology }: LayersEmbeddingSpec): Promise<tf.LayersModel> {
  return tf.models.modelFromJSON(JSON.parse(topology));
}

/**
 * Makes sure that the chosen backend can compute the model's gradients: the WASM backend of TensorFlow.js lacks some, such as
 * those of convolutions. Plain JavaScript has all; it is chosen then.
 */
export async function requireGradients(model: tf.LayersModel): Promise<void> {
  const embedding = createLayersEmbedding(model);
  const values = new Float64Array(numberOf(inputShape(model)));
  try {
    const inputs = { numObservations: 1, values, observationOfTrial: Int32Array.of(0) };
    embedding.evaluate(inputs, new Float64Array(embedding.numSummaries));
    embedding.pullback(new Float64Array(embedding.numSummaries), new Float32Array(embedding.numWeights));
  } catch {
    await tf.setBackend("cpu");
  }
}

function outputOf(model: tf.LayersModel, inputs: tf.Tensor): tf.Tensor {
  const output = model.apply(inputs, { training: false });
  if (output instanceof tf.Tensor) return output;
  throw new Error("a model with one output gave several");
}

/** Without the axis of observations. */
function inputShape({ inputs }: tf.LayersModel): number[] {
  const [, ...shape] = inputs[0].shape;
  if (inputs.length === 1 && shape.every((length) => length !== null)) return shape.map(Number);
  return refuse("the model has several inputs, or one of open length", "Pass a model with one input of fixed shape.");
}

function requireOneOutput({ outputs }: tf.LayersModel): number {
  const [, ...shape] = outputs[0].shape;
  if (outputs.length === 1 && shape.length === 1 && shape[0] !== null) return shape[0];
  return refuse("the model's output is no row of numbers", "End it with a dense layer, or flatten it.");
}

function numberOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function refuse(message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field: "embedding.model", remedy });
}
