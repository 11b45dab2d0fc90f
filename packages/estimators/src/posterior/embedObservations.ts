import { type CreateLayersEmbedding, createEmbedding } from "../embedding/createEmbedding.ts";
import { cutObservations } from "../embedding/cutObservations.ts";
import type { Embedding, EmbeddingInputs } from "../embedding/embedding.ts";
import { numSummaries } from "../embedding/embeddingSpec.ts";
import { memberWeights, summaryWidth } from "./frozenPosterior.ts";
import type { PosteriorSpec } from "./posteriorSpec.ts";

/** Trials that go through at once, unless a single observation has more. */
const MOST_TRIALS = 4096;

/** Embeds observations: numObservations × (members × summaries), row-major. */
export type EmbedObservations = (inputs: EmbeddingInputs) => Float64Array;

/** The embeddings of all members with their weights set. Their buffers grow to the largest block that they are given. */
export function createEmbedObservations(
  spec: PosteriorSpec,
  weights: Float32Array,
  createLayers?: CreateLayersEmbedding,
): EmbedObservations {
  const width = numSummaries(spec.embedding);
  const total = summaryWidth(spec);
  let room = 0;
  let members: readonly Embedding[] = [];
  const reserve = (numTrials: number): void => {
    if (numTrials <= room) return;
    room = numTrials;
    members = memberWeights(spec, weights).map((own) => {
      const member = createEmbedding(spec.embedding, room, room, createLayers);
      member.setWeights(own.embedding);
      return member;
    });
  };
  return (inputs) => {
    const all = new Float64Array(inputs.numObservations * total);
    for (const { first, block } of cutObservations(inputs, spec.inputs.length, MOST_TRIALS)) {
      const { numObservations } = block;
      reserve(block.observationOfTrial.length);
      const own = new Float64Array(numObservations * width);
      members.forEach((member, k) => {
        member.evaluate(block, own);
        for (let r = 0; r < numObservations; r++) {
          for (let s = 0; s < width; s++) all[(first + r) * total + k * width + s] = own[r * width + s];
        }
      });
    }
    return all;
  };
}
