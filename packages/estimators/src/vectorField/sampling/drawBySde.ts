import type { Rng } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { Denoise } from "./denoise.ts";

export interface SdeOptions {
  /** Falling noise-to-signal ratios; the last is 0. See `noiseLevels`. */
  readonly levels: Float64Array;
  /** Corrector steps of Langevin after each step; 0 for none. */
  readonly corrections: number;
}

/** A corrector's step κ, in squared standard deviations of the noise. */
const CORRECTION = 0.1;

/**
 * Carries x, points at the noise of the first level, to data by the reverse stochastic equation: the second-order multistep
 * solver SDE-DPM-Solver++(2M) (Lu et al. 2022b, arXiv:2211.01095, appendix B; data prediction, one evaluation a step), each
 * step followed by Langevin corrections at its level (Song et al. 2021, algorithm 2, with a step that is fixed). Overwrites x.
 */
export function drawBySde(rng: Rng, denoise: Denoise, x: Float64Array, { levels, corrections }: SdeOptions): void {
  const size = x.length;
  const data = new Float64Array(size);
  const previous = new Float64Array(size);
  let previousStep = 0;
  for (let k = 0; k + 1 < levels.length; k++) {
    const [noise, next] = [levels[k], levels[k + 1]];
    denoise(x, noise, data);
    const step = Math.log(noise / next);
    // Towards no noise at all the step is infinite, and the data's expectation is taken as it is.
    const slope = previousStep > 0 && next > 0 ? step / (2 * previousStep) : 0;
    const kept = (next / noise) ** 2;
    const fresh = next * Math.sqrt(1 - kept);
    for (let i = 0; i < size; i++) {
      const expected = data[i] + slope * (data[i] - previous[i]);
      x[i] = kept * x[i] + (1 - kept) * expected + (fresh > 0 ? fresh * standardNormal(rng) : 0);
    }
    previous.set(data);
    previousStep = step;
    if (next > 0) for (let c = 0; c < corrections; c++) correct(rng, denoise, x, next, data);
  }
}

/**
 * x += κ·(data − x) + noise·√(2κ − κ²)·ε: Langevin's step κ·noise² along the score (data − x)/noise², its chance so shortened
 * that where noise hides the data, the step leaves their distribution as it is for any κ.
 */
function correct(rng: Rng, denoise: Denoise, x: Float64Array, noise: number, data: Float64Array): void {
  denoise(x, noise, data);
  const diffusion = noise * Math.sqrt(CORRECTION * (2 - CORRECTION));
  for (let i = 0; i < x.length; i++) x[i] += CORRECTION * (data[i] - x[i]) + diffusion * standardNormal(rng);
}
