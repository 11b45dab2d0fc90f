import { summarize } from "@poolish/mcmc";
import { expect, test } from "vitest";
import type { SampleBasedMarginal } from "../../src/host/distribution.ts";
import { poissonLikelihood } from "../fixtures/poissonLikelihood.ts";
import { runProgram } from "../support/webpplProgram.ts";

const K = 4.5;
const mcmc = "method: 'MCMC', samples: 2000, burn: 300, kernel: ";

/** Options of Infer, the model, and the exact mean and sd of what it returns. */
const CHAINS: Readonly<Record<string, readonly [options: string, body: string, mean: number]>> = {
  movingBound: [`${mcmc}'NUTS'`, "var a = exponential(1); return uniform(0, a);", 0.5],
  simplex: [`${mcmc}{ NUTS: {} }`, "return T.get(dirichlet(Vector([1, 2])), 0);", 1 / 3],
  fixedStep: [`${mcmc}{ NUTS: { stepSize: 0.5 } }`, "return gamma(3, 2);", 6],
  discrete: [`${mcmc}{ NUTS: { adapt: 100 } }`, "var b = flip(0.3); var x = gaussian(b ? 1 : -1, 1); return x;", -0.4],
  structure: [`${mcmc}'NUTS'`, "var b = flip(0.5); return b ? gaussian(0, 1) + gaussian(1, 1) : exponential(1);", 1],
  branchBound: [`${mcmc}'NUTS'`, "var x = gaussian(0, 1); return uniform(0, x > 0 ? 1 : 3);", 1],
  branchStructure: [
    `${mcmc}'NUTS'`,
    "var x = gaussian(0, 1); return x > 0 ? gaussian(3, 1) : gaussian(0, 1) + gaussian(1, 1);",
    2,
  ],
  learned: [
    `${mcmc}'NUTS'`,
    "var r = gamma(2, 1); observe(Learned({ likelihood: chips, theta: { rate: r } }), [3, 5, 4, 2]); return r;",
    16 / 5,
  ],
};
const smc = "method: 'SMC', particles: 400, rejuvSteps: 2, rejuvKernel: 'NUTS'";
const counts = "map(function(y) { observe(Poisson({ mu: r }), y) }, [3, 5, 4, 2]);";
const programs = [
  ...Object.entries(CHAINS).map(
    ([name, [options, body]]) => `${name}: Infer({ ${options}, model: function() { ${body} } })`,
  ),
  `particles: Infer({ ${smc}, model: function() { var r = gamma(2, 1); ${counts} return r; } })`,
  `movingParticles: Infer({ ${smc}, model: function() { var a = exponential(1); var u = uniform(0, a); factor(-u); factor(-u); return u; } })`,
];
const globals = { chips: poissonLikelihood() };
const marginals = runProgram(`({ ${programs.join(",\n")} })`, globals) as Readonly<Record<string, SampleBasedMarginal>>;

function draws(name: string): Float64Array {
  return Float64Array.from(marginals[name].samples, ({ value }) => Number(value));
}

test.each(Object.entries(CHAINS))("MCMC: %s", (name, [, , mean]) => {
  const all = draws(name);
  const half = all.length / 2;
  const summary = summarize([all.slice(0, half), all.slice(half)]);
  expect(Math.abs(summary.mean - mean)).toBeLessThan(K * summary.mcse);
});

test.each([
  ["particles", 16 / 5, 4 / 5],
  // Under exp(-a - 2u) / a on 0 < u < a: E u = 1/2 - 1/(3 log 3), E u² = 1/2 - 4/(9 log 3).
  ["movingParticles", 0.5 - 1 / (3 * Math.log(3)), 0.2383],
])("SMC: %s are rejuvenated", (name, mean, sd) => {
  const values = draws(name);
  const average = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Residual resampling and rejuvenation leave more than a quarter of 400 independent particles.
  expect(Math.abs(average - mean)).toBeLessThan((K * sd) / Math.sqrt(100));
});
