import type { ConditionalDensity, EncodedTerms } from "../density/conditionalDensity.ts";
import { writeFeatureRows } from "../density/featureRows.ts";
import { writeFlatWeights } from "../network/weightMemory.ts";
import { holdDiagonals } from "./holdDiagonals.ts";
import type { MixtureDensitySpec } from "./mixtureDensitySpec.ts";
import { createMixtureParts, type MixtureParts } from "./mixtureParts.ts";
import { pullbackMixture } from "./pullbackMixture.ts";
import { sampleMixtureDensity } from "./sampleMixtureDensity.ts";

/** Allocates the density for up to `maxRows` rows and `maxTerms` terms. Flat weights: see `mixtureDensityBlocks`. */
export function createMixtureDensity(spec: MixtureDensitySpec, maxRows: number, maxTerms: number): ConditionalDensity {
  const parts = createMixtureParts(spec, maxRows, maxTerms);
  return {
    numWeights: parts.memory.positions.length,
    memory: { ...parts.memory, refresh: parts.network.refresh },
    setWeights(weights) {
      writeFlatWeights(parts.memory, weights);
      parts.network.refresh();
    },
    setTerms: (terms) => setTerms(parts, terms),
    evaluate(features, numRows, logTerms) {
      writeFeatureRows(parts.inputs, features, spec.numFeatures, numRows);
      runNetwork(parts);
      evaluateMixture(parts, logTerms);
    },
    pullback: (adjoint, into) => pullbackMixture(parts, adjoint, into),
    sample(rng, features, numRows, columns) {
      writeFeatureRows(parts.inputs, features, spec.numFeatures, numRows);
      runNetwork(parts);
      sampleMixtureDensity(rng, parts, columns);
    },
  };
}

function setTerms({ spec, inputs, x }: MixtureParts, terms: EncodedTerms): void {
  const { numTerms, rowOfTerm, conditions } = terms;
  inputs.size.numTerms = numTerms;
  for (let i = 0; i < numTerms; i++) inputs.rowOf.values[i] = rowOfTerm[i];
  terms.columns.forEach((column, c) => {
    for (let i = 0; i < numTerms; i++) x.values[i * x.stride + c] = column[i];
  });
  const width = spec.numConditions;
  for (let i = 0; i < numTerms; i++) {
    for (let k = 0; k < width; k++) inputs.terms.values[i * inputs.terms.stride + k] = conditions[i * width + k];
  }
}

function runNetwork({ spec, inputs, network }: MixtureParts): void {
  network.run();
  holdDiagonals(network.outputs, spec, network.isPerTerm ? inputs.size.numTerms : inputs.size.numRows);
}

function evaluateMixture(parts: MixtureParts, logTerms: Float64Array): void {
  const { kernels, inputs, network, itemOf, x, components, logDensity } = parts;
  const { numTerms, numRows } = inputs.size;
  if (numTerms === 0) return;
  kernels.logSoftmaxRows(parts.logits, parts.logWeights, network.isPerTerm ? numTerms : numRows);
  kernels.gatherRows(parts.logWeights, itemOf, parts.logJoint, numTerms);
  for (const { mean, factor, normal, logJoint } of components) {
    kernels.triangularForward("multiply", x, mean, factor, itemOf, normal, logJoint, numTerms);
    kernels.standardNormalRows(normal, logJoint, numTerms);
  }
  kernels.logSumExpRows(parts.logJoint, logDensity, numTerms);
  for (let i = 0; i < numTerms; i++) logTerms[i] = logDensity.values[i];
}
