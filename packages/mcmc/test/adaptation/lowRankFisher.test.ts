import { type LogDensity, type Rng, rngFromSeed } from "@poolish/core";
import { orthonormalBasis, standardNormal } from "@poolish/math";
import { sampleChain } from "@poolish/mcmc";
import { expect, test } from "vitest";
import { fitLowRank, lowRankFisher } from "../../src/adaptation/lowRankFisher.ts";
import { lowRankMetric } from "../../src/lowRankMetric.ts";
import { nutsState } from "../../src/nuts.ts";

interface Gaussian extends LogDensity {
  /** Σ x. */
  covary(x: Float64Array): Float64Array;
  draw(rng: Rng): Float64Array;
}

/** Normal(0, I + Σ_k (eigenvalue_k - 1) v_k v_kᵀ) with random orthonormal v_k. */
function spiked(dim: number, eigenvalues: readonly number[], seed: number): Gaussian {
  const rng = rngFromSeed(seed);
  const random = Float64Array.from({ length: eigenvalues.length * dim }, () => standardNormal(rng));
  const vectors = orthonormalBasis(random, dim);
  const apply = (power: number, x: Float64Array): Float64Array => {
    const result = x.slice();
    eigenvalues.forEach((value, k) => {
      const v = vectors.subarray(k * dim, (k + 1) * dim);
      const component = v.reduce((sum, entry, i) => sum + entry * x[i], 0) * (value ** power - 1);
      for (let i = 0; i < dim; i++) result[i] += component * v[i];
    });
    return result;
  };
  return {
    dim,
    covary: (x) => apply(1, x),
    draw: (stream) =>
      apply(
        0.5,
        Float64Array.from({ length: dim }, () => standardNormal(stream)),
      ),
    valueAndGradient(q, gradient) {
      const score = apply(-1, q);
      let value = 0;
      for (let i = 0; i < dim; i++) {
        gradient[i] = -score[i];
        value -= 0.5 * q[i] * score[i];
      }
      return value;
    },
  };
}

/** The largest relative error of M⁻¹ p against Σ p, in the norm of Σ^-½, over random p from Normal(0, Σ⁻¹). */
function relativeError(target: Gaussian, apply: (momentum: Float64Array) => Float64Array, rng: Rng): number {
  const errors = Array.from({ length: 20 }, () => {
    const momentum = new Float64Array(target.dim);
    target.valueAndGradient(target.draw(rng), momentum);
    const difference = apply(momentum).map((v, i) => v - target.covary(momentum)[i]);
    const energy = (x: Float64Array) => -2 * target.valueAndGradient(x, new Float64Array(target.dim));
    return Math.sqrt(energy(difference) / energy(target.covary(momentum)));
  });
  return Math.max(...errors);
}

test("recovers a 100-d Gaussian of condition number 1e6 with three large eigenvalues from more draws than dimensions", () => {
  const target = spiked(100, [1e6, 1e4, 1e3], 1);
  const rng = rngFromSeed(2);
  const states = Array.from({ length: 150 }, () => nutsState(target, target.draw(rng)));
  const metric = lowRankMetric(fitLowRank(states, new Float64Array(100).fill(1)));
  const apply = (momentum: Float64Array) => {
    const velocity = new Float64Array(100);
    metric.velocity(momentum, velocity);
    return velocity;
  };
  // Gradients are -Σ⁻¹ draws, so Σ is the one matrix that maps gradients to draws, but for γ = 1e-5 of a draw.
  expect(relativeError(target, apply, rng)).toBeLessThan(1e-3);
});

test("with fewer draws than dimensions it maps their gradients onto them, and keeps the cutoffs", () => {
  const target = spiked(60, [1e4, 100], 3);
  const rng = rngFromSeed(4);
  const states = Array.from({ length: 20 }, () => nutsState(target, target.draw(rng)));
  const { scale, eigenvalues, eigenvectors } = fitLowRank(states, new Float64Array(60).fill(1));
  expect(eigenvalues.every((value) => value > 2 || value < 0.5)).toBe(true);
  expect(eigenvalues.length).toBeLessThanOrEqual(40);
  expect(scale.length).toBe(60);
  const rows = eigenvalues.length;
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < rows; b++) {
      let dot = 0;
      for (let i = 0; i < 60; i++) dot += eigenvectors[a * 60 + i] * eigenvectors[b * 60 + i];
      expect(dot).toBeCloseTo(a === b ? 1 : 0, 9);
    }
  }
  expect(Math.max(...eigenvalues)).toBeGreaterThan(10);
});

test("independent Gaussians need no directions: the diagonal is exact", () => {
  const rng = rngFromSeed(5);
  const scales = Float64Array.from({ length: 20 }, (_, i) => 10 ** (i / 5 - 2));
  const states = Array.from({ length: 10 }, () => {
    const position = scales.map((s) => s * standardNormal(rng));
    return { position, logDensity: 0, gradient: position.map((x, i) => -x / scales[i] ** 2) };
  });
  const { scale, eigenvalues } = fitLowRank(states, new Float64Array(20).fill(1));
  expect(eigenvalues.length).toBe(0);
  for (let i = 0; i < 20; i++) expect(scale[i] / scales[i]).toBeCloseTo(1, 10);
});

test("windows: the background begins empty at a switch, and the foreground drops what was before it", () => {
  const target = spiked(3, [10], 6);
  const rng = rngFromSeed(7);
  const next = () => nutsState(target, target.draw(rng));
  const estimator = lowRankFisher(next());
  expect(estimator.backgroundCount).toBe(1);
  expect(estimator.estimate()).toBeUndefined();
  for (let n = 0; n < 9; n++) estimator.add(next());
  expect(estimator.backgroundCount).toBe(10);
  estimator.switchWindows();
  expect(estimator.backgroundCount).toBe(0);
  const kept = Array.from({ length: 40 }, next);
  for (const state of kept) estimator.add(state);
  estimator.switchWindows();
  const expected = lowRankMetric(fitLowRank(kept, new Float64Array(3).fill(1)));
  const actual = estimator.estimate();
  for (let i = 0; i < 3; i++) expect(actual?.inverseMass[i]).toBeCloseTo(expected.inverseMass[i], 9);
});

test("directions are fitted from 40 draws on: fewer give the diagonal", () => {
  const target = spiked(10, [1e4], 11);
  const rng = rngFromSeed(12);
  const states = Array.from({ length: 40 }, () => nutsState(target, target.draw(rng)));
  const estimator = lowRankFisher(states[0]);
  for (const state of states.slice(1, 39)) estimator.add(state);
  expect(estimator.estimate()?.isDiagonal).toBe(true);
  const { scale } = fitLowRank(states.slice(0, 39), new Float64Array(10).fill(1));
  expect(estimator.estimate()?.inverseMass).toEqual(scale.map((s) => s * s));
  estimator.add(states[39]);
  expect(estimator.estimate()?.isDiagonal).toBe(false);
});

test("a chain on an ill-conditioned Gaussian takes short trajectories after warm-up", () => {
  const target = spiked(30, [1e6, 1e4], 8);
  let numSteps = 0;
  const sink = {
    draw(_: Float64Array, info: { numSteps: number }) {
      numSteps += info.numSteps;
    },
  };
  const initialPosition = target.draw(rngFromSeed(10));
  const options = { warmup: 300, draws: 200, adaptation: "lowRank", initialPosition } as const;
  expect(sampleChain(target, rngFromSeed(9), options, { sink })).toMatchObject({ numDraws: 200, numDivergences: 0 });
  // A standard normal in 30 dimensions takes 7 steps; a diagonal metric would need hundreds here (√1e6 · π / 2).
  expect(numSteps / 200).toBeLessThan(16);
});
