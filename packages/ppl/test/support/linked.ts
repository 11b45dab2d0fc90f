import type { Likelihood, LogDensity } from "@poolish/core";
import { compile, type LinkedModel, linkModel, type ModelFunction, model } from "@poolish/ppl";
import { expect } from "vitest";

/** Compiles and links a model function. */
export function linked<Data = Record<string, never>>(define: ModelFunction<Data>, data: Data): LinkedModel {
  const { model: compiled, likelihoods } = compile(model("test", define), data);
  return linkModel(compiled, likelihoods as readonly Likelihood[]);
}

export function valueAt(density: LogDensity, position: ArrayLike<number>): number {
  return density.valueAndGradient(Float64Array.from(position), new Float64Array(density.dim));
}

export function gradientAt(density: LogDensity, position: ArrayLike<number>): Float64Array {
  const gradient = new Float64Array(density.dim).fill(NaN);
  density.valueAndGradient(Float64Array.from(position), gradient);
  return gradient;
}

const STEP = 1e-3;

/**
 * Central difference of fourth order: truncation h⁴ f⁽⁵⁾ / 30, about 1e-13 for a fifth derivative of size 1, and rounding
 * of about 1e-16 |f| / h.
 */
export function differenceAt(f: (position: Float64Array) => number, position: ArrayLike<number>, i: number): number {
  const shifted = (steps: number): number => {
    const moved = Float64Array.from(position);
    moved[i] += steps * STEP;
    return f(moved);
  };
  return (8 * (shifted(1) - shifted(-1)) - (shifted(2) - shifted(-2))) / (12 * STEP);
}

/** Expects the gradient to agree with differences of the value, to 1e-8 of the larger of 1, |f| and |gradient|. */
export function expectGradient(density: LogDensity, position: ArrayLike<number>): void {
  const value = valueAt(density, position);
  expect(value).toSatisfy(Number.isFinite);
  const gradient = gradientAt(density, position);
  for (let i = 0; i < density.dim; i++) {
    const difference = differenceAt((moved) => valueAt(density, moved), position, i);
    const scale = Math.max(1, Math.abs(value), Math.abs(gradient[i]));
    expect(Math.abs(gradient[i] - difference) / scale, `coordinate ${i}: ${gradient[i]}, ${difference}`).toBeLessThan(
      1e-8,
    );
  }
}
