import type { LogDensitySum } from "../density/logDensitySum.ts";
import type { Scalar } from "../host/adNodes.ts";
import type { TapeRecorder } from "../tape/tapeRecorder.ts";
import { groupOf, type LearnedDistribution } from "./learnedDistribution.ts";
import { type LikelihoodBatch, likelihoodBatch } from "./likelihoodBatch.ts";

/** The learned observations of one run of a program, collected to be evaluated in one call a likelihood. */
export interface LearnedObservations {
  clear(): void;
  push(learned: LearnedDistribution, trials: unknown): void;
  /** Adds the log-likelihood and its derivatives with respect to every random θ. */
  addTo(sum: LogDensitySum): void;
  /** Writes down, after `addTo`, what was bound to which θ. */
  recordTo(recorder: TapeRecorder): void;
  /** True when, at the last `addTo`, some θ lay outside of the box that its likelihood was trained in. */
  readonly leftTrainingBox: boolean;
}

/** Batches are kept from run to run, and with them what was computed from the data alone. */
export function learnedObservations(): LearnedObservations {
  const batches: LikelihoodBatch[] = [];

  function batchOf({ likelihood }: LearnedDistribution): LikelihoodBatch {
    for (let i = 0; i < batches.length; i++) if (batches[i].likelihood === likelihood) return batches[i];
    const batch = likelihoodBatch(likelihood);
    batches.push(batch);
    return batch;
  }

  return {
    clear() {
      for (let i = 0; i < batches.length; i++) batches[i].clear();
    },
    push(learned, trials) {
      const { theta, params } = learned;
      const batch = batchOf(learned);
      for (let group = 0; group < theta.rows.length; group++) {
        batch.push(theta.rows[group], groupOf(learned, trials, group), params.conditions);
      }
    },
    addTo(sum) {
      for (let i = 0; i < batches.length; i++) addBatch(batches[i], sum);
    },
    recordTo(recorder) {
      for (const batch of batches) if (batch.numRows > 0) recorder.learned(batch.bound(), thetaOf(batch));
    },
    get leftTrainingBox() {
      return batches.some((batch) => batch.leftTrainingBox);
    },
  };
}

function addBatch(batch: LikelihoodBatch, sum: LogDensitySum): void {
  if (batch.numRows === 0) return;
  const value = batch.logLikelihood(isRandom(batch));
  sum.add(value);
  if (!Number.isFinite(value)) return;
  const { gradient } = batch;
  for (let row = 0, next = 0; row < batch.numRows; row++) {
    const theta = batch.theta(row);
    for (let p = 0; p < theta.length; p++, next++) {
      const argument = theta[p];
      if (typeof argument !== "number") sum.addPartial(argument, gradient[next]);
    }
  }
}

function thetaOf(batch: LikelihoodBatch): readonly Scalar[] {
  return Array.from({ length: batch.numRows }, (_, row) => batch.theta(row)).flat();
}

/** True when some θ is being differentiated. */
function isRandom(batch: LikelihoodBatch): boolean {
  for (let row = 0; row < batch.numRows; row++) {
    const theta = batch.theta(row);
    for (let p = 0; p < theta.length; p++) if (typeof theta[p] !== "number") return true;
  }
  return false;
}
