import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { Field } from "../field.ts";
import type { FieldSampling } from "../vectorFieldEstimator.ts";
import { fieldDenoiser } from "./denoise.ts";
import { angleRange, DEFAULT_ODE_STEPS, drawByOde } from "./drawByOde.ts";
import { drawBySde } from "./drawBySde.ts";
import { noiseLevels } from "./noiseLevels.ts";

export const DEFAULT_SDE_STEPS = 64;

/** Overwrites z (numTerms × D) with draws for the rows and terms that the field is set to. */
export function drawTerms(rng: Rng, field: Field, z: Float64Array, options: FieldSampling): void {
  const { method = "ode", steps, tolerance, corrections = 0 } = options;
  const [first, last] = angleRange(field);
  if (method === "ode") {
    const isFixed = steps !== undefined || tolerance === undefined;
    drawByOde(rng, field, z, isFixed ? { steps: steps ?? DEFAULT_ODE_STEPS } : { tolerance });
    return;
  }
  const levels = noiseLevels(first, last, steps ?? DEFAULT_SDE_STEPS);
  const spread = Math.hypot(1, levels[0]);
  for (let i = 0; i < z.length; i++) z[i] = spread * standardNormal(rng);
  drawBySde(rng, fieldDenoiser(field, z.length), z, { levels, corrections });
}
