import { expect, test } from "vitest";
import { type ProgramDensity, programDensity } from "../../src/density/programDensity.ts";
import type { Continuation, Store, WebpplFunction } from "../../src/host/coroutine.ts";
import { type CallCounts, poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { addHeader, host, runProgram } from "../support/webpplProgram.ts";

let runs = 0;
addHeader((environment) => ({
  densityOf: (store: Store, k: Continuation, address: string, model: WebpplFunction) =>
    k(store, programDensity(host, { environment, model, store, address })),
}));
const plain = {
  /** Each call is a run of the program under WebPPL. */
  count() {
    runs++;
    return 0;
  },
};

/** Every operation of the tape is in one of these. */
const TAPED: Readonly<Record<string, string>> = {
  arithmetic: "var x = gaussian(0, 1); var y = gaussian(x * x - 2 / (3 + x * x), 1); factor(-x * y); return x;",
  functions:
    "var x = gaussian(0, 1), y = beta(2, 2); factor(Math.exp(-x * x) + Math.log(y) + Math.sqrt(y) + Math.pow(y, x) + Math.sin(x) * Math.cos(y) + Math.tan(y) + Math.atan(x) + Math.asin(y / 2) + Math.acos(y / 2)); factor(Math.sinh(y) - Math.cosh(y) + Math.tanh(x) + Math.asinh(x) + Math.acosh(1 + y) + Math.atanh(y) + Math.sigmoid(x) + Math.abs(x) + Math.atan2(x, y) + ad.scalar.logGamma(y)); return x;",
  rounding:
    "var x = gaussian(0, 3); factor(-Math.floor(x) * 0.1 - Math.ceil(x) * 0.2 - Math.round(x) * 0.3 - x * x); return x;",
  branches: "var x = gaussian(0, 1), y = gaussian(0, 1); factor(x > y ? -x * x : (y <= 1 ? y : -y)); return x;",
  extremes:
    "var x = gaussian(0, 1), y = gaussian(0, 1); factor(-Math.max(x, y) + Math.min(x, 2 * y) - Math.max(x, 1)); return x;",
  "random bounds": "var a = exponential(1); var u = uniform(0, a); var w = uniform(u, 4 + a); factor(-w); return u;",
  "parameters that may leave their range":
    "var x = gaussian(1, 1); observe(Gaussian({ mu: 0, sigma: x }), 1); return x;",
  "distributions that WebPPL scores":
    "var m = laplace(0, 2); var s = studentT(4, m, 1); observe(Poisson({ mu: Math.exp(s / 4) }), 3); observe(Bernoulli({ p: Math.sigmoid(m) }), true); return m;",
  tensors: "var t = tensorGaussian(0, 1, [2, 1]); factor(-T.get(t, 0) * T.get(t, 1)); return t;",
  "arithmetic of tensors":
    "var s = gamma(2, 1); var t = sample(TensorGaussian({ mu: 0, sigma: s, dims: [3, 2] })); var u = T.add(T.mul(t, s), T.div(t, T.add(T.mul(t, t), 1))); var w = T.sub(T.exp(T.neg(T.abs(u))), T.sigmoid(t)); factor(-T.sumreduce(T.mul(w, T.pow(u, 2)))); return u;",
  "shapes of tensors":
    "var t = tensorGaussian(0, 1, [4, 1]); var m = T.reshape(t, [2, 2]); var x = Vector([T.get(t, 2), 3, gaussian(0, 1)]); var both = T.concat(T.range(t, 1, 3), x); factor(-T.sumreduce(T.mul(both, both))); factor(T.get(T.dot(T.transpose(m), T.dot(m, Matrix([[1, 2], [0, 3]]))), 1)); return { m: m, both: both };",
  "linear algebra":
    "var s = tensorGaussian(0, 1, [3, 3]); var a = T.add(T.dot(s, T.transpose(s)), idMatrix(3)); factor(-ad.scalar.log(T.determinant(a))); factor(-T.sumreduce(T.mul(T.inverse(a), a)) - T.get(T.inverse(a), 1)); factor(-T.sumreduce(T.cholesky(a))); factor(-T.sumreduce(T.mul(T.diagonal(T.reshape(T.range(s, 0, 3), [3, 1])), a))); return a;",
  softmax: "var t = tensorGaussian(0, 1, [3, 1]); var p = T.softmax(t); observe(Discrete({ ps: p }), 1); return p;",
  dirichlet:
    "var c = gamma(2, 1); var p = dirichlet(Vector([c, 2, 3])); map(function(k) { observe(Discrete({ ps: p }), k) }, [0, 1, 1]); return p;",
  "logistic normal":
    "var p = sample(LogisticNormal({ mu: Vector([0, 1]), sigma: Vector([1, 2]) })); observe(Categorical({ ps: T.toScalars(p), vs: ['a', 'b', 'c'] }), 'b'); return p;",
  "multivariate normals":
    "var s = gamma(3, 1); var m = tensorGaussian(0, 1, [2, 1]); var x = sample(MultivariateGaussian({ mu: m, cov: Matrix([[s, 0.3], [0.3, 1]]) })); observe(MultivariateGaussian({ mu: x, cov: idMatrix(2) }), Vector([1, 2])); observe(DiagCovGaussian({ mu: x, sigma: Vector([s, 1]) }), Vector([0, 1])); return x;",
  "matrices that leave the positive definite":
    "var s = exponential(1); var x = gaussian(0, 1); observe(MultivariateGaussian({ mu: Vector([x, 0]), cov: Matrix([[1 + s * s, s], [s, 1]]) }), Vector([1, 2])); return x;",
  "laplace tensors":
    "var t = sample(TensorLaplace({ location: 1, scale: gamma(2, 1), dims: [2, 1] })); return T.sumreduce(t);",
  "bernoulli vectors":
    "var b = beta(2, 2); observe(MultivariateBernoulli({ ps: Vector([b, 0.3]) }), Vector([1, 0])); return b;",
  "a regression with vectors":
    "var w = sample(DiagCovGaussian({ mu: Vector([0, 0]), sigma: Vector([1, 2]) })); var s = gamma(2, 1); var m = T.dot(Matrix([[1, 2], [1, 3], [1, 5]]), w); mapN(function(i) { observe(Gaussian({ mu: T.get(m, i), sigma: s }), i) }, 3); return w;",
  "parameters in an array":
    "var p = beta(2, 2); observe(Categorical({ ps: [p, 1 - p], vs: ['a', 'b'] }), 'a'); return p;",
  mixtures:
    "var p = beta(2, 2), m = gaussian(0, 1); observe(Mixture({ dists: [Gaussian({ mu: m, sigma: 1 }), Gaussian({ mu: 2, sigma: p })], ps: [p, 1 - p] }), 0.5); return m;",
  "learned likelihoods":
    "var r = gamma(2, 5); var s = gamma(r, 1); map(function(c) { observe(Learned({ likelihood: chips, theta: { rate: r + c * s } }), [c, 2]) }, [1, 2]); observe(Learned({ likelihood: chips, theta: { rate: 3 } }), 4); return r;",
};

/** What a tape cannot hold: such programs are interpreted at every position. */
const INTERPRETED: Readonly<Record<string, string>> = {
  "a look into a tensor":
    "var t = tensorGaussian(0, 1, [2, 1]); factor(ad.value(t).data[0] > 100 ? 0 : -T.sumreduce(T.mul(t, t))); return t;",
  "a look at a number": "var x = gaussian(0, 1); factor(ad.value(x) > 100 ? 0 : -x * x); return x;",
  "random values as a support":
    "var x = gaussian(0, 1); factor(sample(Delta({ v: Categorical({ vs: [x, 2] }) })).score(2)); return x;",
  "inner inference":
    "var x = gaussian(0, 1); factor(Infer({ method: 'enumerate', model: function() { var b = flip(0.5); factor(b ? x : 0); return b; } }).score(true)); return x;",
};

const calls: CallCounts = { bind: 0, evaluate: 0, pullback: 0 };
const models = { ...TAPED, ...INTERPRETED };
const entries = Object.entries(models).map(
  ([name, body]) => `${JSON.stringify(name)}: densityOf(function() { plain.count(); ${body} })`,
);
const twin = Object.entries(models).map(
  ([name, body]) => `${JSON.stringify(name)}: densityOf(function() { plain.count(); ${body} })`,
);
const [taped, interpreted] = runProgram(`[{ ${entries.join(",\n")} }, { ${twin.join(",\n")} }]`, {
  plain,
  chips: poissonLikelihood(calls),
}) as readonly Readonly<Record<string, ProgramDensity>>[];

/** Forty positions, the same in each run. */
const positions = (dim: number) =>
  Array.from({ length: 40 }, (_, n) =>
    Float64Array.from({ length: dim }, (__, i) => 1.9 * Math.sin(1 + 7 * n + 3 * i)),
  );

test.each(Object.keys(models))("%s: with tapes and without, the log-density and its gradient are the same", (name) => {
  const [ours, theirs] = [taped[name], interpreted[name]];
  theirs.interpret();
  const gradients = [new Float64Array(ours.dim), new Float64Array(ours.dim)];
  for (const position of positions(ours.dim)) {
    const expected = theirs.valueAndGradient(position, gradients[1]);
    const value = ours.valueAndGradient(position, gradients[0]);
    if (!Number.isFinite(expected)) {
      expect(Number.isFinite(value)).toBe(false);
      continue;
    }
    // Both are sums of some ten terms; WebPPL's log Γ is good to ten digits.
    expect(Math.abs(value - expected)).toBeLessThan(1e-8 * (1 + Math.abs(expected)));
    gradients[0].forEach((derivative, i) => {
      expect(Math.abs(derivative - gradients[1][i])).toBeLessThan(1e-8 * (1 + Math.abs(gradients[1][i])));
    });
  }
});

function runsIn(name: string): number {
  const density = taped[name];
  const gradient = new Float64Array(density.dim);
  runs = 0;
  for (const position of positions(density.dim)) density.valueAndGradient(position, gradient);
  return runs;
}

test.each(Object.keys(TAPED))("%s: the program itself is not run again", (name) => {
  // Three choices of branches at most, seven roundings: the paths that were not met before are recorded now.
  if (name === "rounding") expect(runsIn(name)).toBeLessThan(40);
  else expect(runsIn(name)).toBe(0);
});

test.each(Object.keys(INTERPRETED))("%s: the program is run at each position", (name) => {
  expect(runsIn(name)).toBeGreaterThanOrEqual(40);
});
