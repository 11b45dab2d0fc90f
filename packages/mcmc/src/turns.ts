import type { PhasePoint } from "./phasePoint.ts";

/** momentumSum = the momentum of a + that of b; true when two neighbours turn. */
export function pairTurns(a: PhasePoint, b: PhasePoint, momentumSum: Float64Array): boolean {
  const { momentum: aMomentum, velocity: aVelocity } = a;
  const { momentum: bMomentum, velocity: bVelocity } = b;
  const dim = momentumSum.length;
  let atFirst = 0;
  let atLast = 0;
  for (let i = 0; i < dim; i++) {
    const sum = aMomentum[i] + bMomentum[i];
    momentumSum[i] = sum;
    atFirst += aVelocity[i] * sum;
    atLast += bVelocity[i] * sum;
  }
  return !(atFirst > 0 && atLast > 0);
}

/** aSum += bSum; true when the join of two neighbouring stretches, from their first to their last points, turns. */
export function joinTurns(
  { velocity: aFirstVelocity }: PhasePoint,
  { velocity: aLastVelocity, momentum: aLastMomentum }: PhasePoint,
  aSum: Float64Array,
  { velocity: bFirstVelocity, momentum: bFirstMomentum }: PhasePoint,
  { velocity: bLastVelocity }: PhasePoint,
  bSum: Float64Array,
): boolean {
  const dim = aSum.length;
  let wholeAtFirst = 0;
  let wholeAtLast = 0;
  let leftAtFirst = 0;
  let leftAtLast = 0;
  let rightAtFirst = 0;
  let rightAtLast = 0;
  for (let i = 0; i < dim; i++) {
    const whole = aSum[i] + bSum[i];
    const left = aSum[i] + bFirstMomentum[i];
    const right = aLastMomentum[i] + bSum[i];
    aSum[i] = whole;
    wholeAtFirst += aFirstVelocity[i] * whole;
    wholeAtLast += bLastVelocity[i] * whole;
    leftAtFirst += aFirstVelocity[i] * left;
    leftAtLast += bFirstVelocity[i] * left;
    rightAtFirst += aLastVelocity[i] * right;
    rightAtLast += bLastVelocity[i] * right;
  }
  const goesOn =
    wholeAtFirst > 0 && wholeAtLast > 0 && leftAtFirst > 0 && leftAtLast > 0 && rightAtFirst > 0 && rightAtLast > 0;
  return !goesOn;
}
