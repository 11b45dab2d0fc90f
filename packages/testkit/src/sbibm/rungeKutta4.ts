/** Overwrites `slope` with d state / dt of an autonomous system with parameters θ. */
export type VectorField = (state: Float64Array, theta: Float64Array, slope: Float64Array) => void;

export interface RungeKutta4 {
  /** Advances `state` in place by `numSteps` steps of `stepSize`. */
  advance(state: Float64Array, theta: Float64Array, stepSize: number, numSteps: number): void;
}

/** The classical fourth-order method with fixed steps (Kutta 1901; Hairer, Nørsett & Wanner 1993, table II.1.2). */
export function rungeKutta4(field: VectorField, dim: number): RungeKutta4 {
  const [k1, k2, k3, k4, trial] = Array.from({ length: 5 }, () => new Float64Array(dim));
  const move = (state: Float64Array, slope: Float64Array, time: number): void => {
    for (let i = 0; i < dim; i++) trial[i] = state[i] + time * slope[i];
  };
  return {
    advance(state, theta, stepSize, numSteps) {
      for (let step = 0; step < numSteps; step++) {
        field(state, theta, k1);
        move(state, k1, stepSize / 2);
        field(trial, theta, k2);
        move(state, k2, stepSize / 2);
        field(trial, theta, k3);
        move(state, k3, stepSize);
        field(trial, theta, k4);
        for (let i = 0; i < dim; i++) state[i] += (stepSize / 6) * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
      }
    },
  };
}
