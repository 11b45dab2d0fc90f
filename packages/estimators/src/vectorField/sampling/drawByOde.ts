import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { Field } from "../field.ts";
import { angleAt } from "../path/noisePath.ts";
import { paths } from "../path/paths.ts";
import { dormandPrince, type Slope } from "./dormandPrince.ts";
import { fixedSteps } from "./fixedSteps.ts";

/** See docs/vector-fields.md for what more of them bring. */
export const DEFAULT_ODE_STEPS = 8;

/** Steps of a fixed grid; or an error of a step, in standard deviations of the baseline, by which steps are chosen. */
export type OdeOptions = { readonly steps: number } | { readonly tolerance: number };

/** Angles between which the field of a spec was trained: data, noise. */
export function angleRange({ spec }: Pick<Field, "spec">): readonly [first: number, last: number] {
  const path = paths[spec.path];
  const [first, last] = path.times;
  return [angleAt(path, first), angleAt(path, last)];
}

/**
 * Overwrites z (numTerms × D) with draws for the rows and terms that the field is set to: standard normal noise, carried to
 * the data along the field (the probability flow of Song et al. 2021, eq. 13, with the angle for time).
 */
export function drawByOde(rng: Rng, field: Field, z: Float64Array, options: OdeOptions): void {
  const [first, last] = angleRange(field);
  for (let i = 0; i < z.length; i++) z[i] = standardNormal(rng);
  const slope: Slope = (angle, u, turn) => field.run(u, angle, turn);
  if ("steps" in options) fixedSteps(slope, first, last, z, options.steps);
  else dormandPrince(slope, last, first, z, options);
}
