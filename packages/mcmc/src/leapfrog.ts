import type { LogDensity } from "@poolish/core";
import type { Metric } from "./metric.ts";
import type { PhasePoint } from "./phasePoint.ts";

/**
 * One leapfrog step of size `stepSize` (negative = backwards in time): half a kick, a drift, half a kick
 * (Neal 2011, "MCMC using Hamiltonian dynamics", eq. 5.18–5.20). Reversible, volume preserving, energy error O(ε²).
 * Overwrites all fields of `to`, which may be `from` itself. The gradient of `from` must belong to its position.
 */
export function leapfrog(target: LogDensity, metric: Metric, stepSize: number, from: PhasePoint, to: PhasePoint): void {
  if (metric.isDiagonal) diagonalLeapfrog(target, metric.inverseMass, stepSize, from, to);
  else generalLeapfrog(target, metric, stepSize, from, to);
}

/** Each kick shares a loop with what follows it: a quarter to a half less time than `generalLeapfrog` with a diagonal. */
function diagonalLeapfrog(
  target: LogDensity,
  inverseMass: Float64Array,
  stepSize: number,
  from: PhasePoint,
  to: PhasePoint,
): void {
  const { position, momentum, velocity, gradient } = to;
  const { position: fromPosition, momentum: fromMomentum, gradient: fromGradient } = from;
  const dim = position.length;
  const halfStep = 0.5 * stepSize;
  for (let i = 0; i < dim; i++) {
    const p = fromMomentum[i] + halfStep * fromGradient[i];
    momentum[i] = p;
    position[i] = fromPosition[i] + stepSize * (inverseMass[i] * p);
  }
  to.logDensity = target.valueAndGradient(position, gradient);
  let twiceEnergy = 0;
  for (let i = 0; i < dim; i++) {
    const p = momentum[i] + halfStep * gradient[i];
    const v = inverseMass[i] * p;
    momentum[i] = p;
    velocity[i] = v;
    twiceEnergy += p * v;
  }
  to.kineticEnergy = 0.5 * twiceEnergy;
}

/** The same for any metric. */
export function generalLeapfrog(
  target: LogDensity,
  metric: Metric,
  stepSize: number,
  from: PhasePoint,
  to: PhasePoint,
): void {
  const { position, momentum, velocity, gradient } = to;
  const { position: fromPosition, momentum: fromMomentum, gradient: fromGradient } = from;
  const dim = position.length;
  const halfStep = 0.5 * stepSize;
  for (let i = 0; i < dim; i++) momentum[i] = fromMomentum[i] + halfStep * fromGradient[i];
  metric.velocity(momentum, velocity);
  for (let i = 0; i < dim; i++) position[i] = fromPosition[i] + stepSize * velocity[i];
  to.logDensity = target.valueAndGradient(position, gradient);
  for (let i = 0; i < dim; i++) momentum[i] += halfStep * gradient[i];
  to.kineticEnergy = metric.velocity(momentum, velocity);
}
