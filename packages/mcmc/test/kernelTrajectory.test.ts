import { type LogDensity, type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { diagonalMetric, lowRankMetric, type Metric, nuts, unitMetric } from "@poolish/mcmc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelTrajectory } from "../src/kernelTrajectory.ts";
import { createPhasePoint, type PhasePoint } from "../src/phasePoint.ts";
import { createTrajectory, type GrowTrajectory } from "../src/trajectory.ts";

const MAX_TREE_DEPTH = 5;

/** log p = Σ cos(x_i + i) − x_i² / 20: its gradient is never the same. */
function waves(dim: number): LogDensity {
  return {
    dim,
    valueAndGradient(x, gradient) {
      let value = 0;
      for (let i = 0; i < dim; i++) {
        value += Math.cos(x[i] + i) - x[i] ** 2 / 20;
        gradient[i] = -Math.sin(x[i] + i) - x[i] / 10;
      }
      return value;
    },
  };
}

const normals = (rng: Rng, dim: number) => Float64Array.from({ length: dim }, () => standardNormal(rng));

function startOf(seed: number, target: LogDensity, metric: Metric): PhasePoint {
  const rng = rngFromSeed(seed);
  const point = createPhasePoint(target.dim);
  point.position.set(normals(rng, target.dim));
  metric.drawMomentum(rng, point.momentum);
  point.logDensity = target.valueAndGradient(point.position, point.gradient);
  point.kineticEnergy = metric.velocity(point.momentum, point.velocity);
  return point;
}

/** The trajectory of a seed, with fresh values in place of scratch. */
function told(grow: GrowTrajectory, target: LogDensity, metric: Metric, stepSize: number, seed: number) {
  const trajectory = grow(target, rngFromSeed(seed + 1), metric, stepSize, startOf(seed, target, metric));
  const { proposal, ...rest } = trajectory;
  const { position, gradient, logDensity, kineticEnergy, numStepsMoved } = proposal;
  return { ...rest, numStepsMoved, numbers: [...position, ...gradient, logDensity, kineticEnergy] };
}

function byKernels(dim: number): GrowTrajectory {
  const grow = kernelTrajectory(dim, MAX_TREE_DEPTH);
  if (grow === undefined) throw new Error("the vectors do not fit");
  return grow;
}

type Told = ReturnType<typeof told>;
const SUMS = ["initialEnergy", "sumAcceptance", "sumSymmetricAcceptance", "maxEnergyError"] as const;

/** The same tree and the same choices; numbers up to what the order of additions does over 31 steps. */
function expectSame(actual: Told, expected: Told): void {
  const { numbers, divergentPosition, divergenceStart, ...rest } = expected;
  for (const name of SUMS) expect(actual[name]).toBeCloseTo(rest[name], 8);
  const exact = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !(SUMS as readonly string[]).includes(name)),
  );
  expect(actual).toMatchObject(exact);
  for (const [i, number] of numbers.entries()) expect(actual.numbers[i]).toBeCloseTo(number, 8);
  expect(actual.divergentPosition?.length).toBe(divergentPosition?.length);
  for (const [i, number] of (divergenceStart ?? []).entries())
    expect(actual.divergenceStart?.[i]).toBeCloseTo(number, 8);
}

const seeds = fc.integer({ min: 0, max: 1e6 });

test("trajectories are those in arrays: the same tree, choices, sums and proposal", () => {
  const depths = new Set<number>();
  let numMoved = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      seeds,
      fc.double({ min: 0.02, max: 0.8, noNaN: true }),
      (dim, seed, step) => {
        const target = waves(dim);
        const metric = diagonalMetric(normals(rngFromSeed(seed), dim).map((z) => Math.exp(0.3 * z)));
        const [expected, actual] = [createTrajectory(dim, MAX_TREE_DEPTH), byKernels(dim)].map((grow) =>
          told(grow, target, metric, step, seed),
        );
        expectSame(actual, expected);
        depths.add(actual.treeDepth);
        numMoved += Number(actual.numStepsMoved !== 0);
      },
    ),
  );
  expect(depths.size).toBeGreaterThan(3);
  expect(numMoved).toBeGreaterThan(50);
});

test("a metric that is not diagonal takes steps too, and a new metric replaces the old", () => {
  const scale = Float64Array.of(1, 2, 0.5);
  const metrics = [
    diagonalMetric(Float64Array.of(1, 4, 9)),
    lowRankMetric({ scale, eigenvalues: Float64Array.of(3), eigenvectors: Float64Array.of(0.6, 0, 0.8) }),
    diagonalMetric(Float64Array.of(0.1, 0.2, 0.3)),
  ];
  const [inArrays, kernels] = [createTrajectory(3, MAX_TREE_DEPTH), byKernels(3)];
  for (const seed of [4, 5, 6, 7]) {
    for (const metric of metrics) {
      expectSame(told(kernels, waves(3), metric, 0.3, seed), told(inArrays, waves(3), metric, 0.3, seed));
    }
  }
});

test("divergences lie where those in arrays do", () => {
  const cliff: LogDensity = {
    dim: 2,
    valueAndGradient(x, gradient) {
      gradient.fill(1);
      return x[0] > 1 ? Number.NaN : x[0] + x[1];
    },
  };
  const found: boolean[] = [];
  for (let seed = 0; seed < 20; seed++) {
    if (!Number.isFinite(startOf(seed, cliff, unitMetric(2)).logDensity)) continue;
    const [expected, actual] = [createTrajectory(2, MAX_TREE_DEPTH), byKernels(2)].map((grow) =>
      told(grow, cliff, unitMetric(2), 0.4, seed),
    );
    expectSame(actual, expected);
    if (expected.isDivergent) expect(actual.divergentPosition).toEqual(expected.divergentPosition);
    found.push(actual.isDivergent);
  }
  expect(new Set(found)).toEqual(new Set([true, false]));
});

test("what the target throws passes through, and the next trajectory is right", () => {
  const grow = byKernels(2);
  const expected = told(grow, waves(2), unitMetric(2), 0.3, 3);
  let calls = 0;
  const fragile: LogDensity = {
    dim: 2,
    valueAndGradient(x, gradient) {
      calls++;
      if (calls === 3) throw new Error("broken");
      return waves(2).valueAndGradient(x, gradient);
    },
  };
  expect(() => told(grow, fragile, unitMetric(2), 0.3, 3)).toThrow("broken");
  expect(told(grow, waves(2), unitMetric(2), 0.3, 3)).toEqual(expected);
});

test("there is room for the points of the longest trajectories", () => {
  for (const maxTreeDepth of [1, 2, 3, 7, 12]) {
    const kernel = nuts(waves(3), { maxTreeDepth })({ stepSize: 1e-6, metric: unitMetric(3) });
    let state = kernel.init(new Float64Array(3));
    for (let i = 0; i < 5; i++) {
      const [next, info] = kernel.step(rngFromSeed(i), state);
      expect(info.numSteps).toBe(2 ** maxTreeDepth - 1);
      state = next;
    }
  }
});

test("vectors that no memory of kernels can hold are left to arrays", () => {
  expect(kernelTrajectory(5_000_000, 10)).toBeUndefined();
});
