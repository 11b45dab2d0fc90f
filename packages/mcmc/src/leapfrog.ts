import type { LogDensity } from "@poolish/core";
import type { Metric } from "./metric.ts";
import type { PhasePoint } from "./phasePoint.ts";

/**
 * One leapfrog step of size `stepSize` (negative = backwards in time), in place: half a kick, a drift, half a kick
 * (Neal 2011, "MCMC using Hamiltonian dynamics", eq. 5.18–5.20). Reversible, volume preserving, energy error O(ε²).
 * The gradient of `point` must be that at its position; all fields are consistent again afterwards.
 */
export function leapfrog(target: LogDensity, metric: Metric, stepSize: number, point: PhasePoint): void {
  const { position, momentum, velocity, gradient } = point;
  const dim = position.length;
  const halfStep = 0.5 * stepSize;
  for (let i = 0; i < dim; i++) momentum[i] += halfStep * gradient[i];
  metric.velocity(momentum, velocity);
  for (let i = 0; i < dim; i++) position[i] += stepSize * velocity[i];
  point.logDensity = target.valueAndGradient(position, gradient);
  for (let i = 0; i < dim; i++) momentum[i] += halfStep * gradient[i];
  point.kineticEnergy = metric.velocity(momentum, velocity);
}
