import type { PosteriorSimulations, SampledPosterior } from "@poolish/checks";
import { type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";

/** θ_k ~ N(0, 1), x_k ~ N(θ_k, 1), k = 1, 2: the posterior is N(x / 2, 1 / 2). */
export function conjugateSimulations(seed: number, count: number): PosteriorSimulations {
  const rng = rngFromSeed(seed);
  const theta = Float64Array.from({ length: 2 * count }, () => standardNormal(rng));
  return { count, theta, x: theta.map((value) => value + standardNormal(rng)) };
}

/** The exact posterior, its standard deviation times `stretch`, its mean moved by `shift` standard deviations. */
export function conjugatePosterior(stretch: number, shift: number): SampledPosterior {
  const exactSd = Math.sqrt(0.5);
  const sd = stretch * exactSd;
  const meanOf = (x: number): number => x / 2 + shift * exactSd;
  return {
    parameters: [{ name: "a" }, { name: "b" }],
    sample: (rng: Rng, x, count) =>
      Float64Array.from({ length: 2 * count }, (_, i) => meanOf(x[i % 2]) + sd * standardNormal(rng)),
    logProb: (theta, x) =>
      Float64Array.from({ length: theta.length / 2 }, (_, i) => {
        const [u, v] = [theta[2 * i] - meanOf(x[0]), theta[2 * i + 1] - meanOf(x[1])];
        return -(u * u + v * v) / (2 * sd * sd) - Math.log(2 * Math.PI * sd * sd);
      }),
  };
}
