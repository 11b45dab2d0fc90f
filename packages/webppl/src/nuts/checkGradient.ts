import { PoolishError } from "@poolish/core";
import { notDifferentiable } from "../density/notDifferentiable.ts";
import type { ProgramDensity } from "../density/programDensity.ts";

/** Relative error (absolute below 1) within which two ways to the same number must agree. */
const VALUE_TOLERANCE = 1e-8;
const GRADIENT_TOLERANCE = 1e-3;
/**
 * Steps of the central differences. A smooth float64 density agrees at the first; networks are float32, whose rounding
 * drowns small steps, and agree at a later one. A derivative is wrong when it agrees at none.
 */
const STEPS = [1e-5, 1e-4, 1e-3, 1e-2] as const;

/**
 * Checks at `position` that the program means the same with numbers and with AD values.
 * @throws PoolishError with both numbers.
 */
export function checkValue(density: ProgramDensity, position: Float64Array): void {
  const differentiated = density.valueAndGradient(position, new Float64Array(density.dim));
  const plain = density.logDensity(position);
  // Where neither is finite, the program is off its support or fails, in whatever way.
  if (!Number.isFinite(differentiated) && !Number.isFinite(plain)) return;
  if (isClose(differentiated, plain, VALUE_TOLERANCE)) return;
  const again = density.logDensity(position);
  throw Object.is(again, plain) ? differs(plain, differentiated) : changes(plain, again);
}

/** The error for a program whose log-density depends on whether it is differentiated. */
export function differs(plain: number, differentiated: number): PoolishError {
  return notDifferentiable("model", `its log-density is ${plain} on numbers but ${differentiated} on AD values`);
}

function changes(first: number, second: number): PoolishError {
  return new PoolishError(`its log-density changes from run to run, from ${first} to ${second}`, {
    kind: "model",
    field: "model",
    remedy: "Draw random numbers with WebPPL's own functions, uniform(0, 1), and keep no state outside of the model.",
  });
}

/**
 * Checks at `position` that the program means the same with numbers and with AD values, and that its gradient is that
 * of its values. A JavaScript function that does not know AD values, or an unlifted `Math.log1p`, breaks either.
 * @throws PoolishError naming the choice (one of `names`, for each unconstrained coordinate) and both numbers.
 */
export function checkGradient(density: ProgramDensity, position: Float64Array, names: readonly string[]): void {
  checkValue(density, position);
  const gradient = new Float64Array(density.dim);
  density.valueAndGradient(position, gradient);
  for (let i = 0; i < density.dim; i++) checkDerivative(density, position, i, gradient[i], names[i]);
}

function checkDerivative(
  density: ProgramDensity,
  position: Float64Array,
  i: number,
  value: number,
  name: string,
): void {
  const differences: number[] = [];
  for (const step of STEPS) {
    const difference = centralDifference(density, position, i, step);
    if (isClose(value, difference, GRADIENT_TOLERANCE)) return;
    if (Number.isFinite(difference)) differences.push(difference);
  }
  // Nothing finite on either side: a corner of the support, about which differences say nothing.
  if (differences.length === 0) return;
  const found = `its derivative is ${value.toPrecision(6)}, finite differences give ${differences[0].toPrecision(6)}`;
  throw notDifferentiable(name, found);
}

function isClose(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(b));
}

function centralDifference(density: ProgramDensity, position: Float64Array, i: number, step: number): number {
  const at = Float64Array.from(position);
  at[i] = position[i] + step;
  const above = density.logDensity(at);
  at[i] = position[i] - step;
  return (above - density.logDensity(at)) / (2 * step);
}
