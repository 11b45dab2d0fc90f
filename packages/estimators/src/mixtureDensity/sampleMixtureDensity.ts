import type { Rng } from "@poolish/core";
import type { Matrix } from "@poolish/kernels";
import { standardNormal } from "@poolish/math";
import { chooseIndex } from "../autoregressive/categoryHead.ts";
import type { MixtureParts } from "./mixtureParts.ts";

/** Overwrites columns with draws, at the last run of the network: a component by its weight, then mean + L⁻¹ z. */
export function sampleMixtureDensity(rng: Rng, parts: MixtureParts, columns: readonly Float64Array[]): void {
  const { spec, inputs, network, kernels, itemOf, components, logits, logWeights } = parts;
  const { numTerms, numRows } = inputs.size;
  if (numTerms === 0) return;
  const probabilities = new Float64Array(spec.numComponents);
  const draw = new Float64Array(spec.columns.length);
  kernels.softmaxRows(logits, logWeights, network.isPerTerm ? numTerms : numRows);
  for (let i = 0; i < numTerms; i++) {
    const item = itemOf.values[i];
    for (let k = 0; k < probabilities.length; k++) {
      probabilities[k] = logWeights.values[item * logWeights.stride + k];
    }
    const { mean, factor } = components[chooseIndex(rng, probabilities, probabilities.length)];
    for (let c = 0; c < draw.length; c++) draw[c] = standardNormal(rng);
    solveTriangle(factor, item, draw);
    for (let c = 0; c < draw.length; c++) columns[c][i] = mean.values[item * mean.stride + c] + draw[c];
  }
}

/** z becomes L⁻¹ z for the factor in row `item`, logarithms on its diagonal. */
function solveTriangle({ values, stride }: Matrix, item: number, z: Float64Array): void {
  let at = item * stride;
  for (let row = 0; row < z.length; row++) {
    for (let column = 0; column < row; column++) z[row] -= values[at++] * z[column];
    z[row] *= Math.exp(-values[at++]);
  }
}
