import type { Rng } from "@poolish/core";
import {
  type CountColumnSpec,
  type CountTerms,
  countEdge,
  createCountDensity,
  type Feature,
  writeFeatures,
} from "@poolish/estimators";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { initialCountWeights } from "./initialCountWeights.ts";

/**
 * How fast the network may bend the mixture's shape, relative to its place and width. Most simulators move a shape more
 * than they change it, and what the shape does not need to learn of θ it cannot learn wrongly: with equal rates the
 * noise of the shape was the largest error of pooled means (see `bench/factories.ts`).
 */
const SHAPE_RATE = 0.1;

/** The density of one column of counts over fixed simulations. */
export function createCountTrainer(
  rng: Rng,
  density: CountColumnSpec,
  features: readonly Feature[],
  simulations: Simulations,
  maxBatch: number,
): TrainableDensity {
  const { count, theta, x, parameters } = simulations;
  const width = features.length;
  const featureValues = new Float64Array(count * width);
  writeFeatures(features, theta, parameters.length, count, featureValues);
  const lower = Float64Array.from(x, (k) => countEdge(density.scale, k));
  const upper = Float64Array.from(x, (k) => countEdge(density.scale, k + 1));
  const { mean, standardDeviation } = density.scale;
  const standardized = Float64Array.from(x, (k) => (Math.sqrt(k + 0.5) - mean) / standardDeviation);
  const initialWeights = initialCountWeights(rng, density, featureValues, standardized);
  const rates = learningRates(density);
  const network = createCountDensity(density, maxBatch, maxBatch);
  const weights = new Float32Array(rates.length);
  const batchFeatures = new Float64Array(maxBatch * width);
  const terms = {
    numTerms: 0,
    rowOfTerm: Int32Array.from({ length: maxBatch }, (_, i) => i),
    lower: new Float64Array(maxBatch),
    upper: new Float64Array(maxBatch),
  };
  const logTerms = new Float64Array(maxBatch);
  const adjoint = new Float64Array(maxBatch);

  const setWeights = (variables: Float32Array): void => {
    for (let i = 0; i < weights.length; i++) weights[i] = variables[i] * rates[i];
    network.setWeights(weights);
  };
  const evaluate = (batch: Int32Array, out: Float64Array): void => {
    terms.numTerms = batch.length;
    for (let i = 0; i < batch.length; i++) {
      const from = batch[i];
      for (let f = 0; f < width; f++) batchFeatures[i * width + f] = featureValues[from * width + f];
      terms.lower[i] = lower[from];
      terms.upper[i] = upper[from];
    }
    network.evaluate(batchFeatures, batch.length, terms satisfies CountTerms, out);
  };
  return {
    initial: initialWeights.map((weight, i) => (rates[i] === 0 ? 0 : weight / rates[i])),
    lossAndGradient(variables, batch, gradient) {
      setWeights(variables);
      evaluate(batch, logTerms);
      let loss = 0;
      for (let i = 0; i < batch.length; i++) loss -= logTerms[i] / batch.length;
      adjoint.fill(-1 / batch.length, 0, batch.length);
      network.pullbackWeights(adjoint, gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i] *= rates[i];
      return loss;
    },
    logDensities(variables, batch, out) {
      setWeights(variables);
      for (let start = 0; start < batch.length; start += maxBatch) {
        const block = batch.subarray(start, start + maxBatch);
        evaluate(block, logTerms);
        out.set(logTerms.subarray(0, block.length), start);
      }
    },
    weights: (variables) => variables.map((variable, i) => variable * rates[i]),
  };
}

/** weight = variable × rate. Only what leads from the last hidden layer to the mixture's shape has a rate other than 1. */
function learningRates({ numComponents, network: { widths } }: CountColumnSpec): Float32Array {
  const outputs = widths[widths.length - 1];
  const hidden = widths[widths.length - 2];
  const rates = widths.slice(1).flatMap((width, layer) => new Array<number>((widths[layer] + 1) * width).fill(1));
  const lastLayer = rates.length - (hidden + 1) * outputs;
  for (let i = 0; i < hidden; i++) {
    for (let o = 0; o < 3 * numComponents; o++) rates[lastLayer + i * outputs + o] = SHAPE_RATE;
  }
  return Float32Array.from([...rates, ...new Array<number>(2 * widths[0]).fill(1)]);
}
