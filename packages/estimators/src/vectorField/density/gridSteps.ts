/** One stage of the method of Runge and Kutta of order 4: where it is, and what its slope counts in the end. */
export interface GridStage {
  /** The angle, and its derivative in the variable of the grid. */
  readonly angle: number;
  readonly rate: number;
  /** The point of the stage is the step's first point plus `reach` times the slope of the stage before. */
  readonly reach: number;
  readonly weight: number;
}

/**
 * The stages of `numSteps` equal steps in τ from 0 to 1, the angle being first + (last − first)·τ²: fine near the data, where
 * fields bend most, coarse in the noise. Four stages a step.
 */
export function gridStages(first: number, last: number, numSteps: number): GridStage[] {
  const h = 1 / numSteps;
  const stageAt = (tau: number, reach: number, weight: number): GridStage => ({
    angle: first + (last - first) * tau * tau,
    rate: 2 * (last - first) * tau,
    reach: reach * h,
    weight: weight * h,
  });
  return Array.from({ length: numSteps }, (_, s) => [
    stageAt(s * h, 0, 1 / 6),
    stageAt((s + 0.5) * h, 0.5, 1 / 3),
    stageAt((s + 0.5) * h, 0.5, 1 / 3),
    stageAt((s + 1) * h, 1, 1 / 6),
  ]).flat();
}
