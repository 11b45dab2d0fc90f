import { normal } from "@poolish/distributions";
import { standardNormal } from "@poolish/math";
import type { FactorisedPrior } from "../../src/jointPrior.ts";
import type { Simulator } from "../../src/simulator.ts";

/** x ~ N(μ, 1): with μ ~ N(0, 1), p(μ | x_1 … x_n) is normal with mean Σ x / (n + 1) and variance 1 / (n + 1). */
export const gaussianMean: Simulator = {
  name: "gaussianMean",
  parameters: ["mu"],
  columns: [{ name: "x", kind: "continuous" }],
  simulate(rng, [mu], out) {
    out[0] = mu + standardNormal(rng);
  },
};

export const gaussianPrior: FactorisedPrior = { mu: normal(0, 1) };

/** Mean and standard deviation of the exact posterior. */
export function exactPosterior(x: ArrayLike<number>): { readonly mean: number; readonly sd: number } {
  const sum = Array.from(x).reduce((total, value) => total + value, 0);
  return { mean: sum / (x.length + 1), sd: 1 / Math.sqrt(x.length + 1) };
}

export function momentsOf(draws: Float64Array): { readonly mean: number; readonly sd: number } {
  const mean = draws.reduce((sum, value) => sum + value / draws.length, 0);
  return { mean, sd: Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2 / draws.length, 0)) };
}
