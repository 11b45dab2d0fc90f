import type { LogDensity } from "@poolish/core";
import type { Adaptation } from "@poolish/mcmc";
import { describe, test } from "vitest";
import { coordinate, expectCorrect } from "./support/expectCorrect.ts";

const adaptations: readonly Adaptation[] = ["fisher", "lowRank", "stan"];

describe("recovers", () => {
  test.each(adaptations)("log-Exponential(1): skewed, so that a sign error cannot hide; %s", (adaptation) => {
    const target: LogDensity = {
      dim: 1,
      valueAndGradient(q, gradient) {
        gradient[0] = 1 - Math.exp(q[0]);
        return q[0] - Math.exp(q[0]);
      },
    };
    const quantities = [
      { name: "log x", of: coordinate(0), mean: -0.5772156649015329, sd: Math.PI / Math.sqrt(6) },
      { name: "x", of: (q: Float64Array) => Math.exp(q[0]), mean: 1, sd: 1 },
    ];
    expectCorrect(target, quantities, 5000, 101, { adaptation });
  });

  test.each(adaptations)("a Gaussian with correlation 0.95, %s", (adaptation) => {
    const rho = 0.95;
    const precision = 1 / (1 - rho ** 2);
    const target: LogDensity = {
      dim: 2,
      valueAndGradient(q, gradient) {
        gradient[0] = -precision * (q[0] - rho * q[1]);
        gradient[1] = -precision * (q[1] - rho * q[0]);
        return 0.5 * (q[0] * gradient[0] + q[1] * gradient[1]);
      },
    };
    const quantities = [
      { name: "x", of: coordinate(0), mean: 0, sd: 1 },
      { name: "y", of: coordinate(1), mean: 0, sd: 1 },
      { name: "x y", of: (q: Float64Array) => q[0] * q[1], mean: rho },
    ];
    expectCorrect(target, quantities, 5000, 102, { adaptation });
  });

  test("Beta(2, 5) and Uniform(-1, 3) through their logits", () => {
    const target: LogDensity = {
      dim: 2,
      valueAndGradient(q, gradient) {
        const p = 1 / (1 + Math.exp(-q[0]));
        const u = 1 / (1 + Math.exp(-q[1]));
        gradient[0] = 2 * (1 - p) - 5 * p;
        gradient[1] = 1 - 2 * u;
        return 2 * Math.log(p) + 5 * Math.log1p(-p) + Math.log(u) + Math.log1p(-u);
      },
    };
    const quantities = [
      { name: "p", of: (q: Float64Array) => 1 / (1 + Math.exp(-q[0])), mean: 2 / 7, sd: Math.sqrt(10 / 392) },
      { name: "u", of: (q: Float64Array) => 4 / (1 + Math.exp(-q[1])) - 1, mean: 1, sd: 4 / Math.sqrt(12) },
    ];
    expectCorrect(target, quantities, 5000, 103);
  });

  test("a 20-dimensional Gaussian with standard deviations from 0.001 to 1000", () => {
    const dim = 20;
    const sd = Float64Array.from({ length: dim }, (_, i) => 10 ** (-3 + (6 * i) / (dim - 1)));
    const target: LogDensity = {
      dim,
      valueAndGradient(q, gradient) {
        let value = 0;
        for (let i = 0; i < dim; i++) {
          gradient[i] = -(q[i] - 1) / sd[i] ** 2;
          value += 0.5 * (q[i] - 1) * gradient[i];
        }
        return value;
      },
    };
    const quantities = Array.from(sd, (s, i) => ({ name: `x[${i}]`, of: coordinate(i), mean: 1, sd: s }));
    expectCorrect(target, quantities, 3000, 104);
  });

  test.each(adaptations)("eight schools, non-centred, by quadrature, %s", (adaptation) => {
    const effects = [28, 8, -3, 7, -1, 1, 18, 12];
    const errors = [15, 10, 16, 11, 9, 11, 10, 18];
    const tau = (q: Float64Array) => Math.exp(q[1]);
    const target: LogDensity = {
      dim: 10,
      valueAndGradient(q, gradient) {
        const [mu, logTau] = q;
        const scale = Math.exp(logTau);
        // mu ~ Normal(0, 5), tau ~ HalfCauchy(5) with the Jacobian of its logarithm.
        const ratio = (scale / 5) ** 2;
        let value = -0.5 * (mu / 5) ** 2 - Math.log1p(ratio) + logTau;
        gradient[0] = -mu / 25;
        gradient[1] = 1 - (2 * ratio) / (1 + ratio);
        for (let j = 0; j < 8; j++) {
          const eta = q[2 + j];
          const residual = (effects[j] - mu - scale * eta) / errors[j];
          value += -0.5 * eta ** 2 - 0.5 * residual ** 2;
          gradient[0] += residual / errors[j];
          gradient[1] += (residual / errors[j]) * scale * eta;
          gradient[2 + j] = -eta + (residual / errors[j]) * scale;
        }
        return value;
      },
    };
    const means = [6.2122, 4.9402, 3.9269, 4.7571, 3.6153, 4.0425, 6.2971, 4.8543];
    const sds = [5.593, 4.675, 5.263, 4.781, 4.658, 4.827, 5.078, 5.291];
    const quantities = [
      { name: "mu", of: coordinate(0), mean: 4.3968, sd: 3.3177 },
      { name: "tau", of: tau, mean: 3.5984, sd: 3.2199 },
      ...means.map((mean, j) => {
        const of = (q: Float64Array) => q[0] + tau(q) * q[2 + j];
        return { name: `theta[${j}]`, of, mean, sd: sds[j] };
      }),
    ];
    // The Cauchy tail: far out (tau above 30) the thetas follow their data ever more tightly, and about one draw in 15,000
    // diverges (16 of 320,000 with both Fisher metrics). Six in a chain of 4000 would have a probability of 4e-7.
    expectCorrect(target, quantities, 4000, 105, { adaptation, maxDivergences: 5 });
  });
});
