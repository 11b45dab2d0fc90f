import { sumOfLanes } from "./sumOfLanes";

/** sum = a's momentum + b's; true while it points along the velocity at both. */
export function pairGoesOn(
  bytes: usize,
  aMomentum: usize,
  aVelocity: usize,
  bMomentum: usize,
  bVelocity: usize,
  sum: usize,
): bool {
  let atFirst = f64x2.splat(0);
  let atLast = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const both = f64x2.add(v128.load(aMomentum + i), v128.load(bMomentum + i));
    v128.store(sum + i, both);
    atFirst = f64x2.add(atFirst, f64x2.mul(v128.load(aVelocity + i), both));
    atLast = f64x2.add(atLast, f64x2.mul(v128.load(bVelocity + i), both));
  }
  return sumOfLanes(atFirst) > 0 && sumOfLanes(atLast) > 0;
}

/**
 * aSum += bSum; true while the sum, and that of each part with the nearest point of the other, points along the velocity
 * at both of its ends.
 */
export function joinGoesOn(
  bytes: usize,
  aFirstVelocity: usize,
  aLastMomentum: usize,
  aLastVelocity: usize,
  aSum: usize,
  bFirstMomentum: usize,
  bFirstVelocity: usize,
  bLastVelocity: usize,
  bSum: usize,
): bool {
  let wholeAtFirst = f64x2.splat(0);
  let wholeAtLast = f64x2.splat(0);
  let leftAtFirst = f64x2.splat(0);
  let leftAtLast = f64x2.splat(0);
  let rightAtFirst = f64x2.splat(0);
  let rightAtLast = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const a = v128.load(aSum + i);
    const b = v128.load(bSum + i);
    const whole = f64x2.add(a, b);
    const left = f64x2.add(a, v128.load(bFirstMomentum + i));
    const right = f64x2.add(v128.load(aLastMomentum + i), b);
    const first = v128.load(aFirstVelocity + i);
    const last = v128.load(bLastVelocity + i);
    v128.store(aSum + i, whole);
    wholeAtFirst = f64x2.add(wholeAtFirst, f64x2.mul(first, whole));
    wholeAtLast = f64x2.add(wholeAtLast, f64x2.mul(last, whole));
    leftAtFirst = f64x2.add(leftAtFirst, f64x2.mul(first, left));
    leftAtLast = f64x2.add(leftAtLast, f64x2.mul(v128.load(bFirstVelocity + i), left));
    rightAtFirst = f64x2.add(rightAtFirst, f64x2.mul(v128.load(aLastVelocity + i), right));
    rightAtLast = f64x2.add(rightAtLast, f64x2.mul(last, right));
  }
  return (
    sumOfLanes(wholeAtFirst) > 0 &&
    sumOfLanes(wholeAtLast) > 0 &&
    sumOfLanes(leftAtFirst) > 0 &&
    sumOfLanes(leftAtLast) > 0 &&
    sumOfLanes(rightAtFirst) > 0 &&
    sumOfLanes(rightAtLast) > 0
  );
}
