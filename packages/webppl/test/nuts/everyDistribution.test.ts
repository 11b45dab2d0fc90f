import { summarize } from "@poolish/mcmc";
import { expect, test } from "vitest";
import type { SampleBasedMarginal } from "../../src/host/distribution.ts";
import { runProgram } from "../support/webpplProgram.ts";

const CHAINS = 2;
const SAMPLES = 1000;
/** Standard errors: with 70 comparisons, one wrong alarm in two thousand runs. */
const K = 4.5;

/** A choice, what is looked at, and its exact expectation. Heavy tails are looked at through bounded functions. */
const LATENTS: Readonly<Record<string, readonly [choice: string, seen: string, mean: readonly number[]]>> = {
  beta: ["beta(2, 3)", "[x, x * x]", [0.4, 0.2]],
  arcsine: ["beta(0.5, 0.5)", "[x, x * x]", [0.5, 0.375]],
  cauchy: ["cauchy(1, 2)", "[Math.atan((x - 1) / 2), x > 3 ? 1 : 0]", [0, 0.25]],
  exponential: ["exponential(2)", "[x, x * x]", [0.5, 0.5]],
  gamma: ["gamma(3, 0.5)", "[x, x * x]", [1.5, 3]],
  smallGamma: ["gamma(0.5, 2)", "[x, Math.exp(-x)]", [1, 1 / Math.sqrt(3)]],
  gaussian: ["gaussian(1, 2)", "[x, x * x]", [1, 5]],
  laplace: ["laplace(1, 2)", "[x, Math.abs(x - 1)]", [1, 2]],
  logNormal: ["sample(LogNormal({ mu: 0.2, sigma: 0.5 }))", "[Math.log(x), x]", [0.2, Math.exp(0.325)]],
  logitNormal: [
    "sample(LogitNormal({ mu: 0.2, sigma: 0.5, a: -1, b: 3 }))",
    "[Math.log((x + 1) / (3 - x)), x > 1 ? 1 : 0]",
    [0.2, 0.6554217],
  ],
  uniform: ["uniform(-1, 3)", "[x, x * x]", [1, 7 / 3]],
  softplus: ["sample(IspNormal({ mu: 0.2, sigma: 0.7 }))", "[Math.log(Math.exp(x) - 1)]", [0.2]],
  studentT: ["studentT(4, 1, 2)", "[Math.atan(x - 1), x > 3 ? 1 : 0]", [0, 0.1869505]],
  kde: ["sample(KDE({ data: [0, 1, 1.5], width: 0.8 }))", "[x]", [2.5 / 3]],
  kdeOfVectors: [
    "sample(KDE({ data: [Vector([1, 2]), Vector([2, 1])], width: Vector([1, 1]) }))",
    "[T.get(x, 0), T.get(x, 1)]",
    [1.5, 1.5],
  ],
  mixture: [
    "sample(Mixture({ dists: [Gaussian({ mu: 0, sigma: 1 }), Gaussian({ mu: 1, sigma: 2 })], ps: [0.3, 0.7] }))",
    "[x]",
    [0.7],
  ],
  mixtureAboveZero: [
    "sample(Mixture({ dists: [Exponential({ a: 1 }), Exponential({ a: 2 })], ps: Vector([0.5, 0.5]) }))",
    "[x]",
    [0.75],
  ],
  dirichlet: ["dirichlet(Vector([1, 2, 3]))", "[T.get(x, 0), T.get(x, 1), T.get(x, 2)]", [1 / 6, 1 / 3, 1 / 2]],
  sparseDirichlet: ["dirichlet(Vector([0.6, 0.6]))", "[T.get(x, 0)]", [0.5]],
  logisticNormal: [
    "sample(LogisticNormal({ mu: Vector([0, 1]), sigma: Vector([1, 0.5]) }))",
    "[Math.log(T.get(x, 0) / T.get(x, 2)), Math.log(T.get(x, 1) / T.get(x, 2))]",
    [0, 1],
  ],
  diagonal: [
    "sample(DiagCovGaussian({ mu: Vector([0, 1]), sigma: Vector([1, 2]) }))",
    "[T.get(x, 0), T.get(x, 1), T.get(x, 1) * T.get(x, 1)]",
    [0, 1, 5],
  ],
  multivariate: [
    "sample(MultivariateGaussian({ mu: Vector([0, 1]), cov: Matrix([[2, 0.5], [0.5, 1]]) }))",
    "[T.get(x, 0), T.get(x, 0) * (T.get(x, 1) - 1)]",
    [0, 0.5],
  ],
  matrix: [
    "sample(TensorGaussian({ mu: 1, sigma: 2, dims: [2, 2] }))",
    "[T.get(x, 0), T.get(x, 3), T.sumreduce(T.mul(x, x))]",
    [1, 1, 20],
  ],
  laplaceTensor: [
    "sample(TensorLaplace({ location: 1, scale: 2, dims: [2, 1] }))",
    "[T.get(x, 0), Math.abs(T.get(x, 1) - 1)]",
    [1, 2],
  ],
  diagonalMatrix: ["sample(DiagCovGaussian({ mu: Vector([1, 2]), sigma: Vector([1, 1]) }))", "[T.sumreduce(x)]", [3]],
  improper: [
    "(function() { var y = sample(ImproperUniform()); observe(Gaussian({ mu: y, sigma: 2 }), 1); return y; })()",
    "[x, x * x]",
    [1, 5],
  ],
  constant: ["(function() { var y = gaussian(0, 1); return sample(Delta({ v: y + 2 })); })()", "[x]", [2]],
  // Moving bounds, where WebPPL's own HMC is wrong.
  movingUpper: ["(function() { var a = exponential(1); return uniform(0, a); })()", "[x]", [0.5]],
  movingUniform: ["(function() { var a = uniform(1, 3); return uniform(0, a); })()", "[x]", [1]],
  movingBoth: ["(function() { var a = gaussian(0, 1); return uniform(a, a + 2); })()", "[x]", [1]],
  movingThrice: [
    "(function() { var a = uniform(0, 1); var b = uniform(a, 1); return uniform(a, b); })()",
    "[x]",
    [5 / 8],
  ],
  movingLogit: [
    "(function() { var b = exponential(1); return sample(LogitNormal({ mu: 0, sigma: 1, a: 0, b: b })); })()",
    "[x]",
    [0.5],
  ],
  movingMean: [
    "(function() { var m = tensorGaussian(1, 1, [2, 1]); return sample(MultivariateGaussian({ mu: m, cov: idMatrix(2) })); })()",
    "[T.get(x, 0), T.get(x, 1) * T.get(x, 1)]",
    [1, 3],
  ],
  movingScale: ["(function() { var s = gamma(5, 0.2); return gaussian(0, s); })()", "[x * x]", [1.2]],
};

const programs = Object.entries(LATENTS).map(
  ([name, [choice, seen]]) =>
    `${name}: Infer({ method: 'NUTS', chains: ${CHAINS}, samples: ${SAMPLES}, burn: 500, seed: 1, model: function() { var x = ${choice}; return ${seen}; } })`,
);
const posteriors = runProgram(`({ ${programs.join(",\n")} })`) as Readonly<Record<string, SampleBasedMarginal>>;

test.each(Object.entries(LATENTS))("%s", (name, [, , means]) => {
  const draws = posteriors[name].samples.map(({ value }) => value as readonly number[]);
  means.forEach((mean, i) => {
    const chains = Array.from({ length: CHAINS }, (_, chain) =>
      Float64Array.from(draws.slice(chain * SAMPLES, (chain + 1) * SAMPLES), (values) => values[i]),
    );
    const summary = summarize(chains);
    expect(Math.abs(summary.mean - mean)).toBeLessThan(K * summary.mcse);
  });
});
