import { type LogDensity, type Rng, rngFromSeed } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import { diagonalMetric, lowRankMetric, type Metric, nuts, unitMetric } from "@poolish/mcmc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelLoops } from "../src/kernelLoops.ts";
import type { PhasePoint } from "../src/phasePoint.ts";
import { plainLoops } from "../src/plainLoops.ts";
import type { TrajectoryLoops } from "../src/trajectoryLoops.ts";

/** log p = Σ cos(x_i + i): its gradient is bounded and never the same. */
function waves(dim: number): LogDensity {
  return {
    dim,
    valueAndGradient(x, gradient) {
      let value = 0;
      for (let i = 0; i < dim; i++) {
        value += Math.cos(x[i] + i);
        gradient[i] = -Math.sin(x[i] + i);
      }
      return value;
    },
  };
}

const normals = (rng: Rng, dim: number) => Float64Array.from({ length: dim }, () => standardNormal(rng));

function pointOf(loops: TrajectoryLoops, seed: number, target: LogDensity, metric: Metric): PhasePoint {
  const rng = rngFromSeed(seed);
  const point = loops.createPoint();
  point.position.set(normals(rng, target.dim));
  point.momentum.set(normals(rng, target.dim));
  point.logDensity = target.valueAndGradient(point.position, point.gradient);
  point.kineticEnergy = metric.velocity(point.momentum, point.velocity);
  return point;
}

/** Sums of `count` products of numbers of size about 1 to 10, in another order. */
const tolerance = (count: number) => 1e-14 * (1 + count) * 10;

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, error: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(error);
}

const dims = fc.integer({ min: 1, max: 40 });
const seeds = fc.integer({ min: 0, max: 1e6 });

test("steps are those of arrays, forwards and backwards, also where a point moves in place", () => {
  fc.assert(
    fc.property(
      dims,
      seeds,
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.boolean(),
      (dim, seed, step, inPlace) => {
        const target = waves(dim);
        const metric = diagonalMetric(normals(rngFromSeed(seed), dim).map((z) => Math.exp(z)));
        const [expected, actual] = [plainLoops(dim), kernelLoops(dim, 2)].map((loops) => {
          const from = pointOf(loops, seed, target, metric);
          const to = inPlace ? from : loops.createPoint();
          loops.step(target, metric, step, from, to);
          return to;
        });
        expectClose(actual.position, expected.position, 0);
        expectClose(actual.momentum, expected.momentum, 0);
        expectClose(actual.velocity, expected.velocity, 0);
        expectClose(actual.gradient, expected.gradient, 0);
        expect(actual.logDensity).toBe(expected.logDensity);
        expect(Math.abs(actual.kineticEnergy - expected.kineticEnergy)).toBeLessThan(tolerance(dim) * 100);
      },
    ),
  );
});

test("a metric that is not diagonal takes steps too, and a new metric replaces the old", () => {
  const target = waves(3);
  const scale = Float64Array.of(1, 2, 0.5);
  const metrics = [
    diagonalMetric(Float64Array.of(1, 4, 9)),
    lowRankMetric({ scale, eigenvalues: Float64Array.of(3), eigenvectors: Float64Array.of(0.6, 0, 0.8) }),
    diagonalMetric(Float64Array.of(0.1, 0.2, 0.3)),
  ];
  const [expected, actual] = [plainLoops(3), kernelLoops(3, 2)].map((loops) => {
    const point = pointOf(loops, 4, target, metrics[0]);
    for (const metric of metrics) loops.step(target, metric, 0.2, point, point);
    return point;
  });
  expectClose(actual.position, expected.position, 0);
  expectClose(actual.momentum, expected.momentum, 0);
});

/** Whether two joins turn, and the sums that they leave. */
function joins(loops: TrajectoryLoops, seeds: readonly number[], target: LogDensity, metric: Metric) {
  const [a, b, c, d] = seeds.map((seed) => pointOf(loops, seed, target, metric));
  const [ab, cd] = [loops.createSum(), loops.createSum()];
  const turns = [loops.pairTurns(a, b, ab), loops.pairTurns(c, d, cd), loops.joinTurns(a, b, ab, c, d, cd)];
  return { turns, sums: [...ab.values, ...cd.values] };
}

test("pairs and joins turn where those of arrays do, with the same sums", () => {
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.tuple(seeds, seeds, seeds, seeds), (dim, four) => {
      const metric = diagonalMetric(new Float64Array(dim).fill(1.5));
      const [expected, actual] = [plainLoops(dim), kernelLoops(dim, 3)].map((loops) =>
        joins(loops, four, waves(dim), metric),
      );
      expect(actual).toEqual(expected);
      for (const turns of actual.turns) seen.add(turns);
    }),
  );
  expect(seen).toEqual(new Set([true, false]));
});

test("NaN turns", () => {
  const loops = kernelLoops(3, 2);
  const metric = diagonalMetric(new Float64Array(3).fill(1));
  const [a, b] = [1, 1].map((seed) => pointOf(loops, seed, waves(3), metric));
  const sum = loops.createSum();
  expect(loops.pairTurns(a, b, sum)).toBe(false);
  a.velocity[1] = NaN;
  expect(loops.pairTurns(a, b, sum)).toBe(true);
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

test("vectors that no memory of kernels can hold lie in arrays", () => {
  expect(kernelLoops(5_000_000, 10).createPoint().address).toBe(0);
});
