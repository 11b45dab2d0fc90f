import type { EmbeddingInputs } from "./embedding.ts";

/** Consecutive observations, and the index of the first. */
export interface ObservationBlock {
  readonly first: number;
  readonly block: EmbeddingInputs;
}

/** Cuts observations into blocks of at most `mostTrials` trials in all, or of one observation where it has more. */
export function cutObservations(inputs: EmbeddingInputs, width: number, mostTrials: number): ObservationBlock[] {
  const { values, observationOfTrial } = inputs;
  const numTrials = observationOfTrial.length;
  const blocks: ObservationBlock[] = [];
  let start = 0;
  while (start < numTrials) {
    let end = endOfObservation(observationOfTrial, start);
    while (end < numTrials && endOfObservation(observationOfTrial, end) - start <= mostTrials) {
      end = endOfObservation(observationOfTrial, end);
    }
    const first = observationOfTrial[start];
    blocks.push({
      first,
      block: {
        numObservations: observationOfTrial[end - 1] - first + 1,
        values: values.subarray(start * width, end * width),
        observationOfTrial: observationOfTrial.subarray(start, end).map((observation) => observation - first),
      },
    });
    start = end;
  }
  return blocks;
}

/** The first trial after those of the observation that `trial` belongs to. */
function endOfObservation(observationOfTrial: Int32Array, trial: number): number {
  let end = trial + 1;
  while (end < observationOfTrial.length && observationOfTrial[end] === observationOfTrial[trial]) end++;
  return end;
}
