import { type LogDensity, rngFromSeed } from "@poolish/core";
import { createDrawStore, divergenceSummary, sampleChain } from "@poolish/mcmc";
import { describe, expect, test } from "vitest";
import { coordinate, expectCorrect } from "./support/expectCorrect.ts";

describe("recovers", () => {
  test("Rosenbrock's valley: x ~ Normal(1, 1), y | x ~ Normal(x², 0.1)", () => {
    const target: LogDensity = {
      dim: 2,
      valueAndGradient([x, y], gradient) {
        const off = 100 * (y - x * x);
        gradient[0] = 1 - x + 2 * x * off;
        gradient[1] = -off;
        return -0.5 * ((x - 1) ** 2 + (y - x * x) * off);
      },
    };
    // Var(x²) = 4 mean² sd² + 2 sd⁴ = 6.
    const quantities = [
      { name: "x", of: coordinate(0), mean: 1, sd: 1 },
      { name: "y", of: coordinate(1), mean: 2, sd: Math.sqrt(6.01) },
      { name: "y - x²", of: ([x, y]: Float64Array) => y - x * x, mean: 0, sd: 0.1 },
    ];
    // Far out, where the valley is steep and narrow, steps that suit its middle diverge, and draws are missing: at an acceptance of
    // 0.9 the sd of y was 4.8 standard errors low or more with 19 of 40 seeds, at 0.99 within 1.7 with all of 20.
    expectCorrect(target, quantities, 4000, 201, { targetAcceptance: 0.99 });
  });

  test("a 100-dimensional Gaussian with condition number 1e6", () => {
    const dim = 100;
    const sd = Float64Array.from({ length: dim }, (_, i) => 10 ** ((3 * i) / (dim - 1)));
    const target: LogDensity = {
      dim,
      valueAndGradient(q, gradient) {
        let value = 0;
        for (let i = 0; i < dim; i++) {
          gradient[i] = -q[i] / (sd[i] * sd[i]);
          value += 0.5 * q[i] * gradient[i];
        }
        return value;
      },
    };
    const quantities = Array.from(sd, (s, i) => ({ name: `x[${i}]`, of: coordinate(i), mean: 0, sd: s }));
    expectCorrect(target, quantities, 1000, 202);
  });

  test("Neal's funnel in nine dimensions, non-centred, without a divergence", () => {
    const dim = 9;
    const target: LogDensity = {
      dim,
      valueAndGradient(q, gradient) {
        gradient[0] = -q[0] / 9;
        let value = 0.5 * q[0] * gradient[0];
        for (let i = 1; i < dim; i++) {
          gradient[i] = -q[i];
          value -= 0.5 * q[i] * q[i];
        }
        return value;
      },
    };
    // x = z exp(v / 2): log |z| has mean -(γ + log 2) / 2 and variance π² / 8.
    const logSize = (q: Float64Array) => Math.log(Math.abs(q[1])) + q[0] / 2;
    const quantities = [
      { name: "v", of: coordinate(0), mean: 0, sd: 3 },
      { name: "log |x|", of: logSize, mean: -0.6351814227307391, sd: Math.sqrt(Math.PI ** 2 / 8 + 9 / 4) },
    ];
    expectCorrect(target, quantities, 3000, 203);
  });

  test("a skew normal next to a correlated partner", () => {
    // x = δ |u| + √(1 - δ²) w has density 2 φ(x) Φ(α x); here as the pair (log |u|, x), y = x + noise.
    const delta = 0.8;
    const rest = Math.sqrt(1 - delta * delta);
    const target: LogDensity = {
      dim: 3,
      valueAndGradient([logU, x, y], gradient) {
        const u = Math.exp(logU);
        const w = (x - delta * u) / rest;
        const noise = y - x;
        gradient[0] = 1 - u * u + (w * delta * u) / rest;
        gradient[1] = -w / rest + noise;
        gradient[2] = -noise;
        return logU - 0.5 * (u * u + w * w + noise * noise);
      },
    };
    const mean = delta * Math.sqrt(2 / Math.PI);
    const variance = 1 - mean * mean;
    const quantities = [
      { name: "x", of: coordinate(1), mean, sd: Math.sqrt(variance) },
      { name: "y", of: coordinate(2), mean, sd: Math.sqrt(1 + variance) },
      { name: "x y", of: ([, x, y]: Float64Array) => x * y, mean: 1 },
    ];
    expectCorrect(target, quantities, 4000, 204);
  });
});

test("Neal's funnel, centred, is warned of: its divergences lie where the scale is small", () => {
  const dim = 9;
  const target: LogDensity = {
    dim,
    valueAndGradient(q, gradient) {
      const precision = Math.exp(-q[0]);
      let squares = 0;
      for (let i = 1; i < dim; i++) {
        gradient[i] = -q[i] * precision;
        squares += q[i] * q[i];
      }
      gradient[0] = -q[0] / 9 + 0.5 * (squares * precision - (dim - 1));
      return (q[0] * q[0]) / -18 - 0.5 * (squares * precision + (dim - 1) * q[0]);
    },
  };
  const chains = rngFromSeed(205)
    .split(4)
    .map((rng) => {
      const sink = createDrawStore(dim, 4000);
      sampleChain(target, rng, { warmup: 1000, draws: 4000 }, { sink });
      return sink.stored();
    });
  const starts = chains.flatMap(({ divergences }) => divergences.map(({ start }) => start));
  expect(starts.length).toBeGreaterThan(10);
  const positions = Float64Array.from(chains.flatMap((chain) => [...chain.positions]));
  const [worst] = divergenceSummary(starts, positions, dim);
  expect(worst).toMatchObject({ coordinate: 0, isConcentrated: true });
  expect(worst.probabilityAbove).toBeLessThan(0.5);
});
