import type { ConditionalDensity, EncodedTerms } from "../density/conditionalDensity.ts";
import { createCountDensity, numCountWeights } from "./countDensity.ts";
import type { CountMixtureSpec } from "./countMixtureSpec.ts";
import { type CountNetwork, createCountNetwork } from "./countNetwork.ts";
import { countAt, countEdge } from "./countScale.ts";
import { createMixtureRow, readMixtureRow } from "./mixtureRow.ts";
import { sampleMixture } from "./sampleMixture.ts";

/** The density of a single column of counts, for up to `maxRows` rows and `maxTerms` terms. */
export function createCountMixtureDensity(
  spec: CountMixtureSpec,
  maxRows: number,
  maxTerms: number,
): ConditionalDensity {
  const density = createCountDensity(spec, maxRows, maxTerms);
  const [numFeatures] = spec.network.widths;
  const numOutputs = 3 * spec.numComponents + 2;
  const terms = {
    numTerms: 0,
    rowOfTerm: new Int32Array(maxTerms),
    lower: new Float64Array(maxTerms),
    upper: new Float64Array(maxTerms),
  };
  const weightGradient = new Float32Array(density.numWeights);
  let weights: Float32Array = new Float32Array(density.numWeights);
  let drawing: Drawing | undefined;
  const row = createMixtureRow(spec.numComponents);
  return {
    numWeights: numCountWeights(spec),
    setWeights(flat) {
      weights = flat;
      drawing?.network.setWeights(flat);
      density.setWeights(flat);
    },
    setTerms: (encoded) => copyTerms(spec, encoded, terms),
    evaluate: (features, numRows, logTerms) => density.evaluate(features, numRows, terms, logTerms),
    pullback(adjoint, into) {
      if (into.features !== undefined) density.pullbackFeatures(adjoint, into.features);
      if (into.weights === undefined) return;
      density.pullbackWeights(adjoint, weightGradient);
      for (let i = 0; i < weightGradient.length; i++) into.weights[i] += weightGradient[i];
    },
    sample(rng, features, numRows, [counts]) {
      drawing ??= createDrawing(spec, maxRows, weights);
      const { network, outputs } = drawing;
      network.run(features.subarray(0, numRows * numFeatures), numRows);
      let last = -1;
      for (let i = 0; i < terms.numTerms; i++) {
        if (terms.rowOfTerm[i] !== last) {
          last = terms.rowOfTerm[i];
          readMixtureRow(row, outputs, last * numOutputs);
        }
        counts[i] = countAt(spec.scale, sampleMixture(rng, row));
      }
    },
  };
}

/** The outputs alone, without the mixture: what drawing needs. */
interface Drawing {
  readonly network: CountNetwork;
  readonly outputs: Float64Array;
}

function createDrawing(spec: CountMixtureSpec, maxRows: number, weights: Float32Array): Drawing {
  const outputs = new Float64Array(maxRows * (3 * spec.numComponents + 2));
  const network = createCountNetwork(spec.network, maxRows, { outputs, outputGradient: new Float64Array(0) });
  network.setWeights(weights);
  return { network, outputs };
}

function copyTerms(
  { scale }: CountMixtureSpec,
  { numTerms, rowOfTerm, columns: [counts] }: EncodedTerms,
  to: { numTerms: number; rowOfTerm: Int32Array; lower: Float64Array; upper: Float64Array },
): void {
  to.numTerms = numTerms;
  for (let i = 0; i < numTerms; i++) {
    to.rowOfTerm[i] = rowOfTerm[i];
    to.lower[i] = countEdge(scale, counts[i]);
    to.upper[i] = countEdge(scale, counts[i] + 1);
  }
}
