import type { Rng } from "@poolish/core";
import { type CountMixtureSpec, createCountDensity, type Feature } from "@poolish/estimators";
import type { Simulations } from "../simulations.ts";
import type { TrainableDensity } from "../training/trainableDensity.ts";
import { initialCountWeights } from "./initialCountWeights.ts";
import { createSimulatedCounts } from "./simulatedCounts.ts";

/**
 * How fast the network may bend the mixture's shape, relative to its place and width. Most simulators move a shape more
 * than they change it, and what the shape does not need to learn of θ it cannot learn wrongly: with equal rates the
 * noise of the shape was the largest error of pooled means (see `bench/factories.ts`).
 */
const SHAPE_RATE = 0.1;

export interface CountTrainerOptions {
  readonly density: CountMixtureSpec;
  readonly features: readonly Feature[];
  readonly simulations: Simulations;
  /** The simulations that the weights may start from: not those that are held out. */
  readonly training: Int32Array;
  readonly maxBatch: number;
  /** Flat weights to start from, in place of those that are drawn. */
  readonly initial?: Float32Array;
}

/** The density of one column of counts over fixed simulations. `rng` draws the hidden layers. */
export function createCountTrainer(rng: Rng, options: CountTrainerOptions): TrainableDensity {
  const { density, features, simulations, training, maxBatch, initial } = options;
  const counts = createSimulatedCounts(density, features, simulations, maxBatch);
  const rates = learningRates(density);
  const network = createCountDensity(density, maxBatch, maxBatch);
  const weights = new Float32Array(rates.length);
  const logTerms = new Float64Array(maxBatch);
  const adjoint = new Float64Array(maxBatch);
  const setVariables = (variables: Float32Array): void => {
    for (let i = 0; i < weights.length; i++) weights[i] = variables[i] * rates[i];
    network.setWeights(weights);
  };
  const evaluate = (batch: Int32Array): void =>
    network.evaluate(counts.batchFeatures, batch.length, counts.gather(batch), logTerms);
  return {
    decays: [],
    initial: (initial ?? initialCountWeights(rng, density, counts, training)).map((weight, i) => weight / rates[i]),
    lossAndGradient(variables, batch, gradient) {
      setVariables(variables);
      evaluate(batch);
      let loss = 0;
      for (let i = 0; i < batch.length; i++) loss -= logTerms[i] / batch.length;
      adjoint.fill(-1 / batch.length, 0, batch.length);
      network.pullbackWeights(adjoint, gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i] *= rates[i];
      return loss;
    },
    logDensities(variables, batch, out) {
      setVariables(variables);
      for (let start = 0; start < batch.length; start += maxBatch) {
        const block = batch.subarray(start, start + maxBatch);
        evaluate(block);
        out.set(logTerms.subarray(0, block.length), start);
      }
    },
    weights: (variables) => variables.map((variable, i) => variable * rates[i]),
  };
}

/** weight = variable × rate. Only what leads from the last hidden layer to the mixture's shape has a rate other than 1. */
function learningRates({ numComponents, network: { widths } }: CountMixtureSpec): Float32Array {
  const outputs = widths[widths.length - 1];
  const hidden = widths[widths.length - 2];
  const rates = widths.slice(1).flatMap((width, layer) => new Array<number>((widths[layer] + 1) * width).fill(1));
  const lastLayer = rates.length - (hidden + 1) * outputs;
  for (let i = 0; i < hidden; i++) {
    for (let o = 0; o < 3 * numComponents; o++) rates[lastLayer + i * outputs + o] = SHAPE_RATE;
  }
  return Float32Array.from([...rates, ...new Array<number>(2 * widths[0]).fill(1)]);
}
