import type { Embedding, EmbeddingInputs } from "@poolish/estimators";

/** The summaries that `embedding` makes of all `count` simulations by the weights that it has: count × numSummaries. */
export function summariseSimulations(
  embedding: Embedding,
  gather: (indices: Int32Array) => EmbeddingInputs,
  count: number,
  maxBatch: number,
): Float64Array {
  const width = embedding.numSummaries;
  const summaries = new Float64Array(count * width);
  for (let start = 0; start < count; start += maxBatch) {
    const end = Math.min(start + maxBatch, count);
    const block = Int32Array.from({ length: end - start }, (_, i) => start + i);
    embedding.evaluate(gather(block), summaries.subarray(start * width, end * width));
  }
  return summaries;
}
