import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { angleRange } from "../sampling/drawByOde.ts";
import { drawBySde } from "../sampling/drawBySde.ts";
import { DRAW_BLOCK, type FieldMember } from "../sampling/drawObservations.ts";
import { DEFAULT_SDE_STEPS } from "../sampling/drawTerms.ts";
import { noiseLevels } from "../sampling/noiseLevels.ts";
import type { FieldSampling, VectorFieldEstimatorSpec } from "../vectorFieldEstimator.ts";
import { composeDenoiser } from "./composeDenoiser.ts";
import { fitTrials } from "./fitTrials.ts";

/**
 * Overwrites y (count × D) with draws of p(θ | all trials), composed from p(θ | x_j) of each trial j and the prior:
 * p(θ) Π_j p(θ | x_j)/p(θ), noise level by noise level (Linhart et al. 2024, "Diffusion posterior sampling for
 * simulation-based inference in tall data settings").
 */
export function drawComposed(
  rng: Rng,
  members: readonly FieldMember[],
  spec: VectorFieldEstimatorSpec,
  numTrials: number,
  count: number,
  { compose = "gauss", steps = DEFAULT_SDE_STEPS, corrections = 0 }: FieldSampling,
  y: Float64Array,
): void {
  const D = spec.density.columns.length;
  const most = Math.max(1, Math.floor(DRAW_BLOCK / numTrials));
  members.forEach(({ field, features }, k) => {
    // Draws are dealt out evenly to the members.
    const start = Math.floor((k * count) / members.length);
    const end = Math.floor(((k + 1) * count) / members.length);
    const trials = fitTrials(rng, field, spec.prior, { features, numRows: numTrials }, compose === "gauss");
    const [first, last] = angleRange(field);
    const levels = noiseLevels(first, last, steps);
    for (let at = start; at < end; at += most) {
      const size = Math.min(most, end - at);
      const denoise = composeDenoiser(field, trials, size, compose);
      const v = new Float64Array(size * D);
      const spread = Math.hypot(1, levels[0]);
      for (let i = 0; i < v.length; i++) v[i] = trials.prior.mean[i % D] + spread * standardNormal(rng);
      drawBySde(rng, denoise, v, { levels, corrections });
      trials.colour(v, y.subarray(at * D, (at + size) * D));
    }
  });
}
