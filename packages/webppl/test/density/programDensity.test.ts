import { describe, expect, test } from "vitest";
import { type ProgramDensity, programDensity } from "../../src/density/programDensity.ts";
import type { Continuation, Store, WebpplFunction } from "../../src/host/coroutine.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { finiteDifference } from "../support/finiteDifference.ts";
import { addHeader, host, runProgram } from "../support/webpplProgram.ts";

addHeader((environment) => ({
  densityOf: (store: Store, k: Continuation, address: string, model: WebpplFunction) =>
    k(store, programDensity(host, { environment, model, store, address })),
}));

function densityOf(body: string, globals: Readonly<Record<string, unknown>> = {}): ProgramDensity {
  return runProgram(`densityOf(function() { ${body} })`, globals) as ProgramDensity;
}

/** Positions in general position, the same in each run. */
function positions(dim: number): Float64Array[] {
  return [0.3, -0.9, 1.4].map((start) => Float64Array.from({ length: dim }, (_, i) => start * Math.cos(1 + 2 * i)));
}

describe("gradients are those of the plain log-density", () => {
  test.each([
    [
      "bounded",
      "var g = gamma(3, 0.5); var b = beta(2, 5); var u = uniform(-1, 2); factor(-0.5 * (g - b * u) * (g - b * u)); return g;",
    ],
    [
      "random bounds",
      "var a = exponential(1); var u = uniform(0, a); var w = uniform(u, 4 + a); observe(Gaussian({mu: u * w, sigma: 0.7}), 1.3); return u;",
    ],
    [
      "simplex and tensor",
      "var p = dirichlet(Vector([2, 3, 4])); var t = tensorGaussian(0, 1, [2, 1]); factor(5 * Math.log(T.get(p, 0))); factor(-T.sumreduce(T.mul(t, t)) * T.get(p, 1)); return p;",
    ],
    [
      "vectors",
      "var m = sample(MultivariateGaussian({mu: Vector([0, 1]), cov: Matrix([[1, 0.3], [0.3, 2]])})); factor(T.get(m, 0) * T.get(m, 1)); return m;",
    ],
    [
      "others",
      "var m = sample(LogNormal({mu: 0.2, sigma: 0.6})); var c = cauchy(0, m); var l = laplace(0, m); var ln = sample(LogitNormal({mu: 0.1, sigma: 0.7, a: -2, b: 3})); factor(-c * c - l * l * 0.1 + ln * 0.1); return m;",
    ],
    [
      "learned",
      "var r = gamma(2, 5); var s = gamma(r, 1); observe(Learned({likelihood: chips, theta: {rate: r}}), [3, 5]); observe(Learned({likelihood: chips, theta: {rate: s * 2}}), 4); observe(Learned({likelihood: chips, theta: {rate: 3}}), [1]); return r;",
    ],
  ])("%s", (_, body) => {
    const density = densityOf(body, { chips: poissonLikelihood() });
    const gradient = new Float64Array(density.dim);
    for (const position of positions(density.dim)) {
      const value = density.valueAndGradient(position, gradient);
      expect(value).toBeCloseTo(density.logDensity(position), 10);
      const differences = finiteDifference((at) => density.logDensity(at), position);
      differences.forEach((difference, i) => {
        // h² f''' / 6 and rounding, both below 1e-8 at h = 1e-5 for these scales.
        expect(Math.abs(gradient[i] - difference)).toBeLessThan(1e-7 * (1 + Math.abs(difference)));
      });
    }
  });
});

test("the density is prior + likelihood + Jacobian, the score leaves the Jacobian out", () => {
  const density = densityOf("var r = gamma(2, 5); observe(Poisson({mu: r}), 3); return {r: r, twice: 2 * r};");
  const u = Float64Array.of(0.7);
  const r = Math.exp(0.7);
  const logPrior = Math.log(r) - r / 5 - 2 * Math.log(5);
  const logLikelihood = 3 * Math.log(r) - r - Math.log(6);
  expect(density.logDensity(u)).toBeCloseTo(logPrior + logLikelihood + 0.7, 9);
  const constrained = new Float64Array(density.numConstrained);
  const { value, score } = density.generate(u, constrained);
  expect(score).toBeCloseTo(logPrior + logLikelihood, 9);
  expect(constrained[0]).toBe(r);
  expect(value).toEqual({ r, twice: 2 * r });
});

test("the Jacobian of random bounds: u is uniform on (0, a)", () => {
  const density = densityOf("var a = exponential(1); var u = uniform(0, a); return u;");
  const [p, q] = [0.4, -0.8];
  const a = Math.exp(p);
  const share = 1 / (1 + Math.exp(-q));
  // log p(a) + log da/dp + log p(u | a) + log du/dq, with u = a share.
  const expected = -a + p - Math.log(a) + Math.log(a * share * (1 - share));
  expect(density.logDensity(Float64Array.of(p, q))).toBeCloseTo(expected, 12);
  const constrained = new Float64Array(2);
  expect(density.generate(Float64Array.of(p, q), constrained).score).toBeCloseTo(-a - Math.log(a), 12);
  expect(constrained[0]).toBeCloseTo(a, 14);
  expect(constrained[1]).toBeCloseTo(a * share, 14);
});

test("all groups of a plain map and observe are one call a gradient, bound once", () => {
  const calls = { bind: 0, evaluate: 0, pullback: 0 };
  const density = densityOf(
    "return map(function(counts) { var r = gamma(2, 5); observe(Learned({likelihood: chips, theta: {rate: r}}), counts); return r; }, groups);",
    { chips: poissonLikelihood(calls), groups: [[3, 4], [5], [], [6, 6, 6]] },
  );
  // The first run looks at each group on its own, to report bad data at their line.
  expect(calls.bind).toBe(4);
  const gradient = new Float64Array(density.dim);
  for (let i = 0; i < 10; i++) density.valueAndGradient(Float64Array.of(0.1 * i, 1, 2, 1), gradient);
  expect(calls).toEqual({ bind: 5, evaluate: 14, pullback: 14 });
});

test("a parameter that leaves its range has density zero there, and the words are kept", () => {
  const density = densityOf("var s = gaussian(1, 1); observe(Gaussian({mu: 0, sigma: s}), 1); return s;");
  const gradient = new Float64Array(1);
  expect(density.valueAndGradient(Float64Array.of(1), gradient)).toBeGreaterThan(-Infinity);
  expect(density.valueAndGradient(Float64Array.of(-1), gradient)).toBe(-Infinity);
  expect(density.lastFailure).toMatch(/Parameter "sigma"/);
});

test("inner inference runs inside of the density", () => {
  const density = densityOf(
    "var x = gaussian(0, 1); var d = Infer({method: 'enumerate', model: function() { var b = flip(0.5); factor(b ? x : 0); return b; }}); factor(d.score(true)); return x;",
  );
  const gradient = new Float64Array(1);
  density.valueAndGradient(Float64Array.of(0.6), gradient);
  // d/dx of -x²/2 + log(e^x / (1 + e^x))
  expect(gradient[0]).toBeCloseTo(-0.6 + 1 / (1 + Math.exp(0.6)), 10);
});

describe("structure", () => {
  test.each([
    ["flip(0.5)", /^Bernoulli: NUTS moves continuous choices only/],
    ["poisson(3)", /^Poisson: NUTS moves continuous choices only/],
    ["sample(Learned({likelihood: chips, theta: {rate: 3}, numTrials: 2}))", /^Learned: NUTS cannot move/],
  ])("%s is refused", (choice, message) => {
    expect(() => densityOf(`return ${choice};`, { chips: poissonLikelihood() })).toThrow(message);
  });

  test.each([
    [
      "another distribution",
      "return x > 0 ? gaussian(0, 1) : exponential(1);",
      /Exponential instead of Gaussian|Gaussian instead of Exponential/,
    ],
    ["another place", "return x > 0 ? gaussian(0, 1) : gaussian(5, 2);", /Gaussian at another place/],
    [
      "another number",
      "return repeat(x > 0 ? 2 : 3, function() { return gaussian(0, 1); });",
      /choices instead of|in addition|another place/,
    ],
  ])("%s of choices is an error", (_, rest, message) => {
    const density = densityOf(`var x = gaussian(0, 1); ${rest}`);
    const gradient = new Float64Array(density.dim);
    const both = () => {
      for (const sign of [-1, 1]) density.valueAndGradient(new Float64Array(density.dim).fill(sign), gradient);
    };
    expect(both).toThrow(message);
  });

  test("a lost continuation is an error", () => {
    expect(() => densityOf("var x = gaussian(0, 1); var f = [plain][0]; return f('3') + x;", { plain() {} })).toThrow(
      /stopped before its end/,
    );
  });
});
