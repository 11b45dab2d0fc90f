import { summarize } from "@poolish/mcmc";
import { expect, test } from "vitest";
import type { SampleBasedMarginal } from "../src/host/distribution.ts";
import { runProgram } from "./support/webpplProgram.ts";

/** Standard errors: with 50 comparisons, one wrong alarm in three thousand runs. */
const K = 4.5;
const NUTS = "method: 'NUTS', chains: 2, samples: 600, burn: 300, seed: 1";
const KERNEL = "method: 'MCMC', kernel: 'NUTS', samples: 2000, burn: 300";

type Program = readonly [body: string, means: readonly number[], method?: string];

/** Models in the manner of probmods.org: what they return, its exact means, and how they are inferred. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  hierarchy: [
    "var mu = gaussian(0, 5); var t = map(function(y) { var t = gaussian(mu, 1.5); observe(Gaussian({ mu: t, sigma: 1 }), y); return t; }, [1, 3, 4]); return [mu];",
    [8 / 3.25 / (1 / 25 + 3 / 3.25)],
  ],
  "the same by MCMC with the kernel NUTS": [
    "var mu = gaussian(0, 5); map(function(y) { var t = gaussian(mu, 1.5); observe(Gaussian({ mu: t, sigma: 1 }), y); }, [1, 3, 4]); return [mu];",
    [8 / 3.25 / (1 / 25 + 3 / 3.25)],
    KERNEL,
  ],
  "the same by HMC": [
    "var mu = gaussian(0, 5); map(function(y) { var t = gaussian(mu, 1.5); observe(Gaussian({ mu: t, sigma: 1 }), y); }, [1, 3, 4]); return [mu];",
    [8 / 3.25 / (1 / 25 + 3 / 3.25)],
    "method: 'MCMC', kernel: { HMC: { steps: 8, stepSize: 0.4 } }, samples: 2000, burn: 200",
  ],
  "the same by MH": [
    "var mu = gaussian(0, 5); map(function(y) { var t = gaussian(mu, 1.5); observe(Gaussian({ mu: t, sigma: 1 }), y); }, [1, 3, 4]); return [mu];",
    [8 / 3.25 / (1 / 25 + 3 / 3.25)],
    "method: 'MCMC', samples: 2000, lag: 4, burn: 1000",
  ],
  mapData: [
    "var p = beta(1, 1); mapData({ data: [true, true, false] }, function(d) { observe(Bernoulli({ p: p }), d); }); return [p];",
    [3 / 5],
  ],
  "gamma–exponential": [
    "var r = gamma(2, 1); map(function(x) { observe(Exponential({ a: r }), x); }, [1, 2]); return [r, r * r];",
    [1, 5 / 4],
  ],
  condition: ["var x = gaussian(0, 1); condition(x > 0); return [x];", [Math.sqrt(2 / Math.PI)]],
  factor: ["var x = exponential(1); factor(-x); return [x, x * x];", [0.5, 0.5]],
  mem: [
    "var f = mem(function(i) { return gaussian(i, 1); }); return [f(0) + f(0) + f(1), Math.pow(f(0) + f(0) + f(1) - 1, 2)];",
    [1, 5],
  ],
  recursion: [
    "var walk = function(n) { return n === 0 ? 0 : gaussian(1, 1) + walk(n - 1); }; var s = walk(5); return [s, (s - 5) * (s - 5)];",
    [5, 5],
  ],
  "inner enumeration": [
    "var x = gaussian(0, 1); factor(Infer({ method: 'enumerate', model: function() { return flip(Math.sigmoid(x)); } }).score(true)); return [x];",
    [2 * 0.2066209641],
  ],
  "an inner condition": [
    "var p = beta(2, 2); var inner = Infer({ model: function() { var a = flip(p), b = flip(0.5); condition(a || b); return a; } }); factor(inner.score(true)); return [1 / (p + (1 - p) / 2)];",
    // The likelihood is 2p / (1 + p): with u = 1 + p, a ratio of ∫ (u - 1)² (2 - u) / u² and … / u from 1 to 2.
    [(2 * (3.5 - 5 * Math.LN2)) / (2 * Math.LN2 - 4 / 3)],
  ],
  globalStore: [
    "globalStore.sum = 0; map(function(m) { var x = gaussian(m, 1); globalStore.sum = globalStore.sum + x; }, [1, 2]); return [globalStore.sum];",
    [3],
  ],
  "a discrete cause": [
    "var z = flip(0.3); var x = gaussian(z ? 2 : -2, 1); observe(Gaussian({ mu: x, sigma: 1 }), 1); return [z ? 1 : 0];",
    [(0.3 * Math.exp(-1 / 4)) / (0.3 * Math.exp(-1 / 4) + 0.7 * Math.exp(-9 / 4))],
    KERNEL,
  ],
  "a random number of choices": [
    "var n = 1 + randomInteger(3); var xs = repeat(n, function() { return gaussian(1, 1); }); return [n, sum(xs)];",
    [2, 2],
    KERNEL,
  ],
  "moving bounds twice": [
    "var a = exponential(1); var u = uniform(a, a + 1); var v = uniform(0, u); return [u, v];",
    [1.5, 0.75],
  ],
  "moving bounds on both sides": ["var a = gamma(2, 1); var u = uniform(-a, a); return [u, u * u];", [0, 2]],
  vectors: [
    "var w = tensorGaussian(0, 1, [2, 1]); var m = T.dot(Matrix([[1, 0], [1, 1], [1, 2]]), w); mapIndexed(function(i, y) { observe(Gaussian({ mu: T.get(m, i), sigma: 1 }), y); }, [1, 2, 4]); return [T.get(w, 0), T.get(w, 1)];",
    [0.8, 19 / 15],
  ],
  "Dirichlet–discrete": [
    "var p = dirichlet(Vector([1, 1, 1])); map(function(k) { observe(Discrete({ ps: p }), k); }, [0, 0, 2]); return [T.get(p, 0), T.get(p, 1), T.get(p, 2)];",
    [1 / 2, 1 / 6, 1 / 3],
  ],
  "multivariate normals": [
    "var x = sample(MultivariateGaussian({ mu: Vector([0, 0]), cov: idMatrix(2) })); observe(MultivariateGaussian({ mu: x, cov: Matrix([[1, 0.5], [0.5, 1]]) }), Vector([1, 2])); return [T.get(x, 0), T.get(x, 1)];",
    [1 / 3.75, 3.5 / 3.75],
  ],
  "a covariance that is inferred": [
    "var s = gamma(3, 1); observe(MultivariateGaussian({ mu: Vector([0, 0]), cov: T.mul(idMatrix(2), 1 / s) }), Vector([1, 1])); return [s];",
    // det(cov)^-1/2 = s and exp(-s): Gamma(4, rate 2).
    [2],
  ],
  "a covariance that may not be one": [
    "var r = gaussian(0, 1); observe(MultivariateGaussian({ mu: Vector([0, 0]), cov: Matrix([[1, r], [r, 1]]) }), Vector([0, 0])); return [r];",
    // Symmetric, and zero where the matrix is no covariance.
    [0],
  ],
  "log normals": [
    "var x = sample(LogNormal({ mu: 0, sigma: 1 })); observe(Gaussian({ mu: Math.log(x), sigma: 1 }), 1); return [Math.log(x)];",
    [0.5],
  ],
  "an improper prior": [
    "var x = sample(ImproperUniform()); map(function(y) { observe(Gaussian({ mu: x, sigma: 2 }), y); }, [1, 3]); return [x, (x - 2) * (x - 2)];",
    [2, 2],
  ],
  "a slope of 1": ["var u = uniform(0, 1); factor(Math.log(u)); return [u];", [2 / 3]],
  "a branch in a factor": [
    "var x = gaussian(0, 1); factor(x > 0 ? Math.log(2) : 0); return [x];",
    [1 / Math.sqrt(2 * Math.PI) / 1.5],
  ],
  "Math.max": ["var x = gaussian(0, 1), y = gaussian(0, 1); return [Math.max(x, y)];", [1 / Math.sqrt(Math.PI)]],
  "probabilities in an array": [
    "var p = beta(2, 2); map(function(v) { observe(Categorical({ ps: [p, 1 - p], vs: ['a', 'b'] }), v); }, ['a', 'a', 'b']); return [p];",
    [4 / 7],
  ],
  "a mixture": [
    "var w = beta(1, 1); observe(Mixture({ dists: [Gaussian({ mu: 0, sigma: 1 }), Gaussian({ mu: 40, sigma: 1 })], ps: [w, 1 - w] }), 0); return [w];",
    [2 / 3],
  ],
  "observe without a value": [
    "var x = observe(Gaussian({ mu: 1, sigma: 1 })); observe(Gaussian({ mu: x, sigma: 1 }), 3); return [x];",
    [2],
  ],
  "lists of draws": [
    "var xs = repeat(4, function() { return gaussian(0, 1); }); return [reduce(function(x, sum) { return sum + x * x; }, 0, xs)];",
    [4],
  ],
  SMC: [
    "var r = gamma(2, 1); map(function(n) { observe(Poisson({ mu: r }), n); }, [3, 5, 4, 2]); return [r];",
    [16 / 5],
    "method: 'SMC', particles: 1500, rejuvSteps: 3, rejuvKernel: 'NUTS'",
  ],
};

const entries = Object.entries(PROGRAMS).map(
  ([name, [body, , method = NUTS]]) => `${JSON.stringify(name)}: Infer({ ${method}, model: function() { ${body} } })`,
);
const posteriors = runProgram(`({ ${entries.join(",\n")} })`) as Readonly<Record<string, SampleBasedMarginal>>;

test.each(Object.entries(PROGRAMS))("%s", (name, [, means, method = NUTS]) => {
  const draws = posteriors[name].samples.map(({ value }) => value as readonly number[]);
  const numChains = method === NUTS ? 2 : 1;
  const length = draws.length / numChains;
  means.forEach((mean, i) => {
    const chains = Array.from({ length: numChains }, (_, chain) =>
      Float64Array.from(draws.slice(chain * length, (chain + 1) * length), (values) => values[i]),
    );
    const summary = summarize(chains);
    expect(Math.abs(summary.mean - mean)).toBeLessThan(K * summary.mcse);
  });
});
