import type { ConditionalDensity } from "../density/conditionalDensity.ts";
import { createDensity } from "../density/createDensity.ts";
import { createEnsembleDensity } from "../density/createEnsembleDensity.ts";
import { numDensityWeights } from "../density/densitySpec.ts";
import { numEmbeddingWeights, numSummaries } from "../embedding/embeddingSpec.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";
import { sliceFeatures } from "./slicedDensity.ts";

/** The weights of one member's networks. */
export interface MemberWeights {
  readonly embedding: Float32Array;
  readonly density: Float32Array;
}

/** The weights of each member: those of its embedding, then those of its density. */
export function memberWeights(
  { embedding, density, numMembers }: PosteriorSpec,
  weights: Float32Array,
): MemberWeights[] {
  const numEmbedding = numEmbeddingWeights(embedding);
  const each = numEmbedding + numDensityWeights(density);
  return Array.from({ length: numMembers }, (_, k) => ({
    embedding: weights.subarray(k * each, k * each + numEmbedding),
    density: weights.subarray(k * each + numEmbedding, (k + 1) * each),
  }));
}

/** The number of weights of all members. */
export function numPosteriorWeights({ embedding, density, numMembers }: PosteriorSpec): number {
  return numMembers * (numEmbeddingWeights(embedding) + numDensityWeights(density));
}

/** The summaries that a row of the frozen density has: those of all members, one after another. */
export function summaryWidth({ embedding, numMembers }: PosteriorSpec): number {
  return numMembers * numSummaries(embedding);
}

/** The density of θ with its weights set: one member, or the mean of several, each with summaries of its own. */
export function createFrozenPosterior(
  spec: PosteriorSpec,
  weights: Float32Array,
  maxRows: number,
  maxTerms: number,
): ConditionalDensity {
  const width = numSummaries(spec.embedding);
  const members = memberWeights(spec, weights).map((own, k) => {
    const member = createDensity(spec.density, maxRows, maxTerms);
    member.setWeights(own.density);
    return spec.numMembers === 1 ? member : sliceFeatures(member, k * width, width, summaryWidth(spec), maxRows);
  });
  return createEnsembleDensity(members, maxTerms);
}
