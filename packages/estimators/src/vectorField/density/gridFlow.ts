import type { FieldJet } from "./fieldJet.ts";
import type { GridStage } from "./gridSteps.ts";

/** Terms carried from data to noise over fixed steps, with the gradient of where they end and of what the flow does to volume. */
export interface GridFlow {
  /** Overwrites u (numTerms × D) with its end, and logVolume with ∫ divergence: what the log-density gains. */
  forward(u: Float64Array, numTerms: number, logVolume: Float64Array): void;
  /**
   * At the last `forward`: overwrites uAdjoint, the adjoint of the end, with that of the start, and ADDS to the features'
   * gradient where it is given.
   */
  backward(uAdjoint: Float64Array, logVolumeAdjoint: Float64Array, featureGradient: Float64Array | undefined): void;
}

/**
 * Runge–Kutta of order 4 over `stages`, and its exact adjoint (discretise, then differentiate). The points of all stages
 * are kept; their activations are computed again on the way back.
 */
export function createGridFlow(
  jet: Pick<FieldJet, "run" | "pullback">,
  stages: readonly GridStage[],
  D: number,
  maxTerms: number,
): GridFlow {
  const size = maxTerms * D;
  const points = stages.map(() => new Float64Array(size));
  const turn = new Float64Array(size);
  const next = new Float64Array(size);
  const divergence = new Float64Array(maxTerms);
  const slopeAdjoint = new Float64Array(size);
  const divergenceAdjoint = new Float64Array(maxTerms);
  const pointAdjoint = new Float64Array(size);
  const startAdjoint = new Float64Array(size);
  let numTerms = 0;
  return {
    forward(u, count, logVolume) {
      numTerms = count;
      const length = count * D;
      logVolume.fill(0, 0, count);
      for (let s = 0; s < stages.length; s++) {
        const { angle, rate, reach, weight } = stages[s];
        if (reach === 0) for (let i = 0; i < length; i++) next[i] = u[i];
        const start = points[s - (s % 4)];
        const point = points[s];
        // The slope of the stage before is still in `turn`, as that in the angle.
        if (reach === 0) for (let i = 0; i < length; i++) point[i] = u[i];
        else {
          const step = reach * stages[s - 1].rate;
          for (let i = 0; i < length; i++) point[i] = start[i] + step * turn[i];
        }
        if (rate === 0) {
          // At the data's end of the grid nothing moves.
          turn.fill(0, 0, length);
          continue;
        }
        jet.run(point, angle, turn, divergence);
        const gain = weight * rate;
        for (let i = 0; i < length; i++) next[i] += gain * turn[i];
        for (let i = 0; i < count; i++) logVolume[i] += gain * divergence[i];
        if (s % 4 === 3) for (let i = 0; i < length; i++) u[i] = next[i];
      }
    },
    backward(uAdjoint, logVolumeAdjoint, featureGradient) {
      const length = numTerms * D;
      for (let s = stages.length - 1; s >= 0; s--) {
        const { angle, rate, reach, weight } = stages[s];
        if (s % 4 === 3) {
          startAdjoint.set(uAdjoint.subarray(0, length));
          pointAdjoint.fill(0, 0, length);
        }
        // The slope of this stage moves the end of the step, and the point of the next stage.
        const onward = s % 4 === 3 ? 0 : stages[s + 1].reach * rate;
        for (let i = 0; i < length; i++) slopeAdjoint[i] = weight * rate * uAdjoint[i] + onward * pointAdjoint[i];
        for (let i = 0; i < numTerms; i++) divergenceAdjoint[i] = weight * rate * logVolumeAdjoint[i];
        pointAdjoint.fill(0, 0, length);
        if (rate !== 0) {
          jet.run(points[s], angle, turn, divergence);
          jet.pullback(slopeAdjoint, divergenceAdjoint, pointAdjoint, featureGradient);
        }
        for (let i = 0; i < length; i++) startAdjoint[i] += pointAdjoint[i];
        if (reach === 0) uAdjoint.set(startAdjoint.subarray(0, length));
      }
    },
  };
}
