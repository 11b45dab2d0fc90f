import { interval, isOnSupport, positive, rngFromSeed, type ScalarSupport } from "@poolish/core";
import { expectRefusal } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import type { EmbeddingSpec } from "../../src/embedding/embeddingSpec.ts";
import { estimatorFromBytes } from "../../src/estimatorFromBytes.ts";
import { estimatorToBytes } from "../../src/estimatorToBytes.ts";
import type { PosteriorEstimator } from "../../src/posterior/posteriorEstimator.ts";
import { examplePosterior, LINE, NUM_INPUTS } from "../support/examplePosterior.ts";

const X = [0.3, 7];
const NETWORK = { numInputs: NUM_INPUTS, hidden: [6], activation: "silu", numSummaries: 4 } as const;
const SET: EmbeddingSpec = { kind: "set", ...NETWORK, numTrials: [1, 30] };
const SUPPORTS: readonly (readonly [string, ScalarSupport])[] = [
  ["the line", LINE],
  ["a half line", positive],
  ["a half line below", interval(-Infinity, 2)],
  ["an interval", interval(-1, 3)],
];

/** θ at the middles of `steps` cells that are equal on a scale where the support is (0, 1), and dθ/du there. */
function cells({ lower, upper }: ScalarSupport, steps: number): { theta: Float64Array; slope: Float64Array } {
  const theta = new Float64Array(steps);
  const slope = new Float64Array(steps);
  for (let i = 0; i < steps; i++) {
    const u = (i + 0.5) / steps;
    // tan maps (0, 1) to the line; its square to the half line.
    const t = Math.tan(Math.PI * (u - 0.5));
    const s = u / (1 - u);
    if (lower > -Infinity && upper < Infinity) {
      theta[i] = lower + (upper - lower) * u * u * (3 - 2 * u);
      slope[i] = (upper - lower) * 6 * u * (1 - u);
    } else if (lower > -Infinity) {
      theta[i] = lower + s * s;
      slope[i] = (2 * s) / (1 - u) ** 2;
    } else if (upper < Infinity) {
      theta[i] = upper - s * s;
      slope[i] = (2 * s) / (1 - u) ** 2;
    } else {
      theta[i] = t;
      slope[i] = Math.PI * (1 + t * t);
    }
  }
  return { theta, slope };
}

describe.each(SUPPORTS)("one parameter on %s", (_, support) => {
  test.each(["autoregressive", "flow"] as const)("the density of family %s integrates to 1", (family) => {
    const { logProb } = examplePosterior({ supports: [support], family });
    const { theta, slope } = cells(support, 20_000);
    const mass = logProb(theta, X).reduce((sum, value, i) => sum + (Math.exp(value) * slope[i]) / theta.length, 0);
    expect(mass).toBeCloseTo(1, 3);
  });

  test("draws lie on the support, and so does every point with a density", () => {
    const { sample, logProb } = examplePosterior({ supports: [support], family: "autoregressive" });
    const draws = sample(rngFromSeed(1), X, 3000);
    expect(draws.every((value) => isOnSupport(support, value))).toBe(true);
    expect(logProb(draws, X).every(Number.isFinite)).toBe(true);
    const { lower, upper } = support;
    const off = [lower - 1, lower, upper, upper + 1].filter(Number.isFinite);
    expect([...logProb([...off, Number.NaN], X)]).toEqual([...off, 0].map(() => -Infinity));
  });
});

test("the density of two parameters integrates to 1", () => {
  const { logProb } = examplePosterior();
  const [first, second] = [cells(positive, 400), cells(interval(-1, 3), 400)];
  const theta: number[] = [];
  const slopes: number[] = [];
  first.theta.forEach((a, i) => {
    second.theta.forEach((b, j) => {
      theta.push(a, b);
      slopes.push((first.slope[i] * second.slope[j]) / 400 ** 2);
    });
  });
  const mass = logProb(theta, X).reduce((sum, value, i) => sum + Math.exp(value) * slopes[i], 0);
  expect(mass).toBeCloseTo(1, 2);
});

test("integer parameters: few ones are categories on their whole support, counts are counts; both sum to 1", () => {
  const few: ScalarSupport = { kind: "integer", lower: 2, upper: 6 };
  const many: ScalarSupport = { kind: "integer", lower: 0, upper: Infinity };
  for (const [support, values] of [
    [few, [2, 3, 4, 5, 6]],
    [many, Array.from({ length: 4000 }, (_, k) => k)],
  ] as const) {
    const { logProb, sample } = examplePosterior({ supports: [support], family: "autoregressive" });
    const mass = logProb(values, X).reduce((sum, value) => sum + Math.exp(value), 0);
    expect(mass).toBeCloseTo(1, 3);
    expect(sample(rngFromSeed(2), X, 500).every((value) => isOnSupport(support, value))).toBe(true);
    expect(logProb([1.5], X)[0]).toBe(-Infinity);
  }
});

describe.each(["autoregressive", "flow"] as const)("at one observation, family %s", (family) => {
  const posterior = examplePosterior({ supports: [positive, interval(-1, 3), LINE], family, numMembers: 2 });

  test("the gradient is that of finite differences, the value that of logProb", () => {
    const density = posterior.at(X);
    const gradient = new Float64Array(3);
    const scratch = new Float64Array(3);
    for (const point of [
      [0.7, 0.4, -0.3],
      [2.5, 2.9, 1],
    ]) {
      const position = Float64Array.from(point);
      const value = density.logDensityAndGradient(position, gradient);
      expect(value).toBeCloseTo(posterior.logProb(position, X)[0], 5);
      for (let p = 0; p < 3; p++) {
        // Networks run in float32: a wide step, and Richardson's extrapolation of the central difference.
        const difference = (h: number): number => {
          const [up, down] = [h, -h].map((step) =>
            density.logDensityAndGradient(
              position.map((each, k) => (k === p ? each + step : each)),
              scratch,
            ),
          );
          return (up - down) / (2 * h);
        };
        const slope = (4 * difference(0.01) - difference(0.02)) / 3;
        expect(gradient[p]).toBeCloseTo(slope, 2);
      }
    }
  });

  test("off the support the density is -Infinity; draws are on it, and are those of the estimator", () => {
    const density = posterior.at(X);
    const gradient = new Float64Array(3);
    expect(density.logDensityAndGradient(Float64Array.of(-1, 0, 0), gradient)).toBe(-Infinity);
    const draw = new Float64Array(3);
    const [rng, twin] = [rngFromSeed(4), rngFromSeed(4)];
    for (let i = 0; i < 5; i++) {
      density.sample(rng, draw);
      expect(draw).toEqual(posterior.sample(twin, X, 1));
    }
  });
});

const EMBEDDINGS: readonly (readonly [string, EmbeddingSpec, readonly number[]])[] = [
  ["identity", { kind: "identity", numInputs: NUM_INPUTS }, X],
  ["mlp", { kind: "mlp", ...NETWORK }, X],
  ["set", SET, [0.3, 7, -1, 2, 0, 0]],
  ["conv1d", { kind: "conv1d", ...NETWORK, numChannels: 1, convolutions: [{ numFilters: 3, size: 2, stride: 1 }] }, X],
];

describe.each(EMBEDDINGS)("with the embedding %s", (_, embedding, x) => {
  const posterior = examplePosterior({ embedding, numMembers: 2 });

  test("a file keeps everything to the bit", () => {
    const bytes = estimatorToBytes(posterior);
    const revived = estimatorFromBytes<PosteriorEstimator>(bytes);
    expect(revived.spec).toEqual(posterior.spec);
    expect(revived.logProb([1, 2], x)).toEqual(posterior.logProb([1, 2], x));
    expect(revived.sample(rngFromSeed(9), x, 20)).toEqual(posterior.sample(rngFromSeed(9), x, 20));
  });

  test("a descriptor survives structured cloning and revives as the same density", () => {
    const { bytes, x: at } = structuredClone(posterior.at(x).toDescriptor());
    const density = estimatorFromBytes<PosteriorEstimator>(bytes).at(at);
    const gradients = [new Float64Array(2), new Float64Array(2)];
    const position = Float64Array.of(0.5, 1);
    const value = posterior.at(x).logDensityAndGradient(position, gradients[0]);
    expect(density.logDensityAndGradient(position, gradients[1])).toBe(value);
    expect(gradients[1]).toEqual(gradients[0]);
  });
});

describe("many observations at once", () => {
  const posterior = examplePosterior({ numMembers: 2 });
  const xs = [0.3, 7, -2, 1, 4, 4];

  test("densities are those of one after another", () => {
    const theta = [1, 0, 2, 1, 3, 2];
    const alone = [0, 1, 2].map((i) => posterior.logProb(theta.slice(2 * i, 2 * i + 2), xs.slice(2 * i, 2 * i + 2))[0]);
    posterior.logProb(theta, xs).forEach((value, i) => {
      expect(value).toBeCloseTo(alone[i], 5);
    });
    expect(posterior.logProb(theta, [xs.slice(0, 2), xs.slice(2, 4), xs.slice(4)])).toEqual(
      posterior.logProb(theta, xs),
    );
  });

  test("draws of each observation follow its own density", () => {
    const count = 2000;
    const draws = posterior.sample(rngFromSeed(3), xs, count);
    expect(draws.length).toBe(3 * count * 2);
    for (let o = 0; o < 3; o++) {
      const own = draws.subarray(o * count * 2, (o + 1) * count * 2);
      const x = xs.slice(2 * o, 2 * o + 2);
      // E[log p(θ | x)] of draws, twice: with the estimator's single-observation draws as the reference.
      const reference = posterior.logProb(posterior.sample(rngFromSeed(50 + o), x, count), x);
      const values = posterior.logProb(own, x);
      const mean = (all: Float64Array): number => all.reduce((sum, value) => sum + value / all.length, 0);
      const sd = Math.sqrt(reference.reduce((sum, value) => sum + (value - mean(reference)) ** 2 / count, 0));
      // Five standard errors of a difference of two means.
      expect(Math.abs(mean(values) - mean(reference))).toBeLessThan((5 * sd * Math.SQRT2) / Math.sqrt(count));
    }
  });
});

describe("sets", () => {
  const posterior = examplePosterior({ embedding: SET });

  test("take any number of trials, in any order", () => {
    const [a, b, c] = [
      [0.3, 7],
      [-1, 2],
      [4, 4],
    ];
    const value = posterior.logProb([1, 0], [...a, ...b, ...c])[0];
    expect(posterior.logProb([1, 0], [...c, ...a, ...b])[0]).toBeCloseTo(value, 5);
    expect(posterior.logProb([1, 0], [...a, ...b])[0]).not.toBeCloseTo(value, 3);
    const several = posterior.logProb([1, 0, 1, 0], [[...a, ...b, ...c], a]);
    expect(several[0]).toBeCloseTo(value, 5);
    expect(several[1]).toBeCloseTo(posterior.logProb([1, 0], a)[0], 5);
  });
});

describe("misuse", () => {
  const posterior = examplePosterior();
  test("names what is wrong", () => {
    expectRefusal(() => posterior.sample(rngFromSeed(1), [1, 2, 3], 5), { kind: "input", field: "x" }, /3 numbers/);
    expectRefusal(() => posterior.logProb([1], X), { kind: "input", field: "theta" }, /1 numbers/);
    expectRefusal(() => posterior.logProb([1, 1], [1, 2, 3, 4]), { kind: "input", field: "theta" }, /2 rows/);
    expectRefusal(() => posterior.at([1, 2, 3, 4]), { kind: "input", field: "x" }, /2 observations/);
    expectRefusal(() => posterior.at([1, Number.NaN]), { kind: "input", field: "b", row: 0 }, /NaN/);
    expectRefusal(() => posterior.sample(rngFromSeed(1), X, -1), { kind: "input", field: "count" });
  });

  test("a file that fits not together is refused", () => {
    const { spec, weights } = posterior;
    const wrong = { ...spec, embedding: { kind: "identity", numInputs: 3 } } as const;
    expectRefusal(() => estimatorFromBytes(estimatorToBytes({ spec: wrong, weights })), { kind: "file" }, /embedding/);
  });
});
