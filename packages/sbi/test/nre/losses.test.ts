import { PoolishError, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { describe, expect, test } from "vitest";
import { balancePenalty } from "../../src/nre/balancePenalty.ts";
import { contrastiveLoss } from "../../src/nre/contrastiveLoss.ts";
import { nre } from "../../src/nre/nre.ts";
import { createThetaRegions } from "../../src/nre/thetaRegions.ts";

const RATIOS = Float64Array.of(0.7, -1.2, 2.1, 0.3);
const K = 3;
const sigmoid = (h: number): number => 1 / (1 + Math.exp(-h));

/** The formulas of the papers, written out. */
const TWINS = {
  C: (h: Float64Array): number => {
    const gamma = 0.6;
    const r = Array.from(h, Math.exp);
    const own = (gamma * r[0]) / (K + gamma * (r[0] + r[1] + r[2]));
    const none = K / (K + gamma * (r[1] + r[2] + r[3]));
    return -(gamma / (1 + gamma)) * Math.log(own) - (1 / (1 + gamma)) * Math.log(none);
  },
  B: (h: Float64Array): number => -Math.log(Math.exp(h[0]) / h.reduce((sum, value) => sum + Math.exp(value), 0)),
  balanced: (h: Float64Array): number =>
    -0.5 * Math.log(sigmoid(h[0])) - (0.5 * [1, 2, 3].reduce((sum, k) => sum + Math.log(1 - sigmoid(h[k])), 0)) / K,
} as const;

describe.each(["C", "B", "balanced"] as const)("loss %s", (loss) => {
  const lossOf = contrastiveLoss({ loss, gamma: 0.6 });

  test("is the paper's, with its derivatives", () => {
    const gradient = new Float64Array(4);
    expect(lossOf(RATIOS, K, gradient)).toBeCloseTo(TWINS[loss](RATIOS), 12);
    for (let k = 0; k <= K; k++) {
      const moved = (by: number): number => TWINS[loss](RATIOS.map((value, j) => value + (j === k ? by : 0)));
      expect(gradient[k]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 8);
    }
  });

  test("stays finite for ratios that float64 cannot hold", () => {
    const gradient = new Float64Array(4);
    expect(lossOf(Float64Array.of(-2000, 1500, 0, 3), K, gradient)).toBeGreaterThan(500);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

test("the balance penalty is 0 where the classifier is balanced, and has its derivatives", () => {
  const gradient = new Float64Array(4);
  expect(balancePenalty(100, new Float64Array(4), 2, 1, gradient)).toBe(0);
  const at = Float64Array.of(0.5, -0.3, 1.4, 0.2);
  balancePenalty(7, at, 2, 1, gradient.fill(0));
  for (let k = 0; k < 4; k++) {
    const moved = (by: number): number =>
      balancePenalty(
        7,
        at.map((value, j) => value + (j === k ? by : 0)),
        2,
        1,
        new Float64Array(4),
      );
    expect(gradient[k]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 7);
  }
});

test("a region's members are distinct, begin with the simulation, and come nearer with every halving", () => {
  const rng = rngFromSeed(1);
  const features = Float64Array.from({ length: 2000 }, () => standardNormal(rng));
  const rows = Int32Array.from({ length: 900 }, (_, i) => i + 100);
  const regions = createThetaRegions(rng, features, 2, rows);
  const out = new Int32Array(16);
  const radius = (depth: number): number => {
    let sum = 0;
    for (let i = 100; i < 1000; i++) {
      regions.members(i, depth, 16, out);
      expect(out[0]).toBe(i);
      expect(new Set(out).size).toBe(16);
      for (const j of out)
        sum += Math.hypot(features[2 * i] - features[2 * j], features[2 * i + 1] - features[2 * j + 1]);
    }
    return sum;
  };
  expect(regions.depth(16)).toBe(5);
  const radii = [0, 1, 3, 5].map(radius);
  for (let d = 1; d < radii.length; d++) expect(radii[d]).toBeLessThan(radii[d - 1]);
});

test("options out of range are refused by name", () => {
  for (const [field, options] of [
    ["loss", { loss: "D" as "C" }],
    ["gamma", { gamma: 0 }],
    ["balance", { balance: Infinity }],
    ["numContrasts", { numContrasts: 0 }],
    ["validationFraction", { validationFraction: 1 }],
  ] as const) {
    expect(() => nre(options)).toThrow(PoolishError);
    expect(() => nre(options)).toThrow(field === "loss" ? "loss" : /./);
  }
});
