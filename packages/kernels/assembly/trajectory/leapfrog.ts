import { sumOfLanes } from "./sumOfLanes";

/** momentum = fromMomentum + halfStep · fromGradient; position = fromPosition + step · inverseMass · momentum. */
export function drift(
  bytes: usize,
  fromPosition: usize,
  fromMomentum: usize,
  fromGradient: usize,
  inverseMass: usize,
  position: usize,
  momentum: usize,
  step: f64,
): void {
  const halfSteps = f64x2.splat(0.5 * step);
  const steps = f64x2.splat(step);
  for (let i: usize = 0; i < bytes; i += 16) {
    const kick = f64x2.mul(halfSteps, v128.load(fromGradient + i));
    const moved = f64x2.add(v128.load(fromMomentum + i), kick);
    const velocity = f64x2.mul(v128.load(inverseMass + i), moved);
    v128.store(momentum + i, moved);
    v128.store(position + i, f64x2.add(v128.load(fromPosition + i), f64x2.mul(steps, velocity)));
  }
}

/** momentum += halfStep · gradient; velocity = inverseMass · momentum. Returns the kinetic energy. */
export function kick(
  bytes: usize,
  gradient: usize,
  inverseMass: usize,
  momentum: usize,
  velocity: usize,
  step: f64,
): f64 {
  const halfSteps = f64x2.splat(0.5 * step);
  let twiceEnergy = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const kick = f64x2.mul(halfSteps, v128.load(gradient + i));
    const moved = f64x2.add(v128.load(momentum + i), kick);
    const rate = f64x2.mul(v128.load(inverseMass + i), moved);
    v128.store(momentum + i, moved);
    v128.store(velocity + i, rate);
    twiceEnergy = f64x2.add(twiceEnergy, f64x2.mul(moved, rate));
  }
  return 0.5 * sumOfLanes(twiceEnergy);
}
