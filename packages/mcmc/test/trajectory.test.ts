import { type LogDensity, type Rng, rngFromSeed } from "@poolish/core";
import { unitMetric } from "@poolish/mcmc";
import { allowedStandardErrors } from "@poolish/testkit";
import { describe, expect, test } from "vitest";
import { kernelTrajectory } from "../src/kernelTrajectory.ts";
import { leapfrog } from "../src/leapfrog.ts";
import type { Metric } from "../src/metric.ts";
import { copyPhasePoint, createPhasePoint, type PhasePoint, totalEnergy } from "../src/phasePoint.ts";
import { createTrajectory, type GrowTrajectory, type Trajectory } from "../src/trajectory.ts";

type Create = (dim: number, maxTreeDepth: number) => GrowTrajectory | undefined;

const WAYS: readonly (readonly [string, Create])[] = [
  ["in arrays", createTrajectory],
  ["by kernels", kernelTrajectory],
];

function trajectories(create: Create, target: LogDensity, maxTreeDepth: number) {
  const grow = create(target.dim, maxTreeDepth);
  if (grow === undefined) throw new Error("the vectors do not fit");
  return (rng: Rng, metric: Metric, stepSize: number, start: PhasePoint): Trajectory =>
    grow(target, rng, metric, stepSize, start);
}

function startAt(target: LogDensity, position: readonly number[], momentum: readonly number[]): PhasePoint {
  const point = createPhasePoint(target.dim);
  point.position.set(position);
  point.momentum.set(momentum);
  point.logDensity = target.valueAndGradient(point.position, point.gradient);
  point.kineticEnergy = unitMetric(target.dim).velocity(point.momentum, point.velocity);
  return point;
}

/** A stream whose directions are given (bit d: doubling d goes forwards) and whose choices are those of `rng`. */
function withDirections(directions: number, rng: Rng): Rng {
  return { ...rng, uint32: () => directions, uniform: () => rng.uniform() };
}

/** What the twin knows of a trajectory: probability of each position (by its time index), and how it ended. */
interface Twin {
  readonly probabilities: ReadonlyMap<number, number>;
  readonly treeDepth: number;
  readonly numSteps: number;
  readonly isDivergent: boolean;
}

/**
 * The slow, obvious twin: walks all points of the line out first, then works on intervals of time indices with plain
 * lists, and computes the selection probabilities instead of drawing.
 */
function enumerate(
  target: LogDensity,
  start: PhasePoint,
  stepSize: number,
  directions: number,
  maxDepth: number,
): Twin {
  const metric = unitMetric(target.dim);
  const points = new Map<number, PhasePoint>();
  for (const sign of [1, -1]) {
    const walker = createPhasePoint(target.dim);
    copyPhasePoint(start, walker);
    for (let i = 0; i <= 2 ** maxDepth; i++) {
      if (i > 0) leapfrog(target, metric, sign * stepSize, walker, walker);
      const copy = createPhasePoint(target.dim);
      copyPhasePoint(walker, copy);
      points.set(sign * i, copy);
    }
  }
  const at = (index: number): PhasePoint => {
    const point = points.get(index);
    if (point === undefined) throw new Error(`no point ${index}`);
    return point;
  };
  const weight = (index: number) => Math.exp(totalEnergy(start) - totalEnergy(at(index)));
  const dot = (a: Float64Array, b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const momenta = (indices: readonly number[]) =>
    Array.from({ length: target.dim }, (_, d) => indices.reduce((sum, i) => sum + at(i).momentum[d], 0));
  const hasTurned = (indices: readonly number[]) => {
    const rho = momenta(indices);
    const ends = [at(Math.min(...indices)), at(Math.max(...indices))];
    return ends.some((end) => !(dot(end.velocity, rho) > 0));
  };
  /** The criterion on two neighbours, a before b in time. */
  const turnsAtJoin = (a: readonly number[], b: readonly number[]) =>
    hasTurned([...a, ...b]) || hasTurned([...a, b[0]]) || hasTurned([a[a.length - 1], ...b]);

  /** Whether the indices, in time order, form a valid subtree, and where in growth order it fails (steps taken). */
  const check = (
    indices: readonly number[],
    isForward: boolean,
  ): { valid: boolean; steps: number; diverged: boolean } => {
    if (indices.length === 1) {
      const diverged = !(totalEnergy(at(indices[0])) - totalEnergy(start) <= 1000);
      return { valid: !diverged, steps: 1, diverged };
    }
    const middle = indices.length / 2;
    const [early, late] = [indices.slice(0, middle), indices.slice(middle)];
    const first = check(isForward ? early : late, isForward);
    if (!first.valid) return first;
    const second = check(isForward ? late : early, isForward);
    const steps = first.steps + second.steps;
    if (!second.valid) return { ...second, steps };
    return { valid: !turnsAtJoin(early, late), steps, diverged: false };
  };

  let indices = [0];
  let probabilities = new Map([[0, 1]]);
  let numSteps = 0;
  for (let depth = 0; depth < maxDepth; depth++) {
    const isForward = ((directions >> depth) & 1) === 1;
    const last = indices[indices.length - 1];
    const fresh = indices.map((_, i) => (isForward ? last + 1 + i : indices[0] - indices.length + i));
    const result = check(fresh, isForward);
    numSteps += result.steps;
    if (!result.valid) return { probabilities, treeDepth: depth, numSteps, isDivergent: result.diverged };
    const sum = (list: readonly number[]) => list.reduce((total, i) => total + weight(i), 0);
    const toFresh = Math.min(1, sum(fresh) / sum(indices));
    const next = new Map<number, number>();
    for (const [i, p] of probabilities) next.set(i, p * (1 - toFresh));
    for (const i of fresh) next.set(i, (toFresh * weight(i)) / sum(fresh));
    probabilities = next;
    const turned = isForward ? turnsAtJoin(indices, fresh) : turnsAtJoin(fresh, indices);
    indices = isForward ? [...indices, ...fresh] : [...fresh, ...indices];
    if (turned) return { probabilities, treeDepth: depth + 1, numSteps, isDivergent: false };
  }
  return { probabilities, treeDepth: maxDepth, numSteps, isDivergent: false };
}

/**
 * A toy line: the gradient is declared to be zero, so that with momentum 1 and step size 1 the positions are the
 * integers, nothing ever turns, and the log-density is whatever table we like.
 */
function lineOf(logDensity: (index: number) => number): LogDensity {
  return {
    dim: 1,
    valueAndGradient(q, gradient) {
      gradient[0] = 0;
      return logDensity(Math.round(q[0]));
    },
  };
}

/** Compares frequencies of selected positions with the twin's probabilities, as z-scores with Bonferroni. */
function expectFrequencies(draw: (rng: Rng) => number, probabilities: ReadonlyMap<number, number>, seed: number): void {
  const count = 20_000;
  const rng = rngFromSeed(seed);
  const counts = new Map<number, number>();
  for (let n = 0; n < count; n++) {
    const index = draw(rng);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  for (const index of counts.keys()) expect(probabilities.get(index) ?? 0).toBeGreaterThan(0);
  for (const [index, p] of probabilities) {
    const tolerance = allowedStandardErrors(probabilities.size) * Math.sqrt((p * (1 - p)) / count);
    // At small p the binomial is not normal; one count more than the tolerance allows for its skewness.
    expect(Math.abs((counts.get(index) ?? 0) / count - p)).toBeLessThanOrEqual(tolerance + 1 / count);
  }
}

describe.each(WAYS)("selection on the toy line, %s", (_, create) => {
  const target = lineOf((i) => Math.sin(2 * i) + (i > 0 ? 0.1 * i : 0));
  const start = startAt(target, [0], [1]);

  test.each([0b111, 0b000, 0b101, 0b010])("has the twin's distribution for directions %i", (directions) => {
    const grow = trajectories(create, target, 3);
    const twin = enumerate(target, start, 1, directions, 3);
    expect(twin.probabilities.size).toBe(8);
    const draw = (rng: Rng) =>
      Math.round(grow(withDirections(directions, rng), unitMetric(1), 1, start).proposal.position[0]);
    expectFrequencies(draw, twin.probabilities, 11 + directions);
  });

  test("averages over all directions, each with probability 2^-depth", () => {
    const grow = trajectories(create, target, 3);
    const mixture = new Map<number, number>();
    for (let directions = 0; directions < 8; directions++) {
      const { probabilities } = enumerate(target, start, 1, directions, 3);
      for (const [i, p] of probabilities) mixture.set(i, (mixture.get(i) ?? 0) + p / 8);
    }
    const draw = (rng: Rng) => Math.round(grow(rng, unitMetric(1), 1, start).proposal.position[0]);
    expectFrequencies(draw, mixture, 21);
  });

  test("reports depth, steps, energies and that it could have gone on", () => {
    const trajectory = trajectories(create, target, 3)(rngFromSeed(1), unitMetric(1), 1, start);
    expect(trajectory).toMatchObject({ treeDepth: 3, numSteps: 7, reachedMaxTreeDepth: true, isDivergent: false });
    expect(totalEnergy(trajectory.proposal)).toBe(0.5 - trajectory.proposal.logDensity);
    expect(trajectory.proposal.numStepsMoved).toBe(Math.round(trajectory.proposal.position[0]));
  });

  test("sums both acceptance statistics over all steps but the start", () => {
    const logRatios = [1, 2, 3, 4, 5, 6, 7].map((i) => Math.sin(2 * i) + 0.1 * i);
    const trajectory = trajectories(create, target, 3)(withDirections(0b111, rngFromSeed(1)), unitMetric(1), 1, start);
    const sum = (of: (logRatio: number) => number) => logRatios.reduce((total, logRatio) => total + of(logRatio), 0);
    expect(trajectory.sumAcceptance).toBeCloseTo(
      sum((d) => Math.min(1, Math.exp(d))),
      12,
    );
    // 2 min(1, e^d) / (1 + e^d) = 2 / (1 + e^|d|).
    expect(trajectory.sumSymmetricAcceptance).toBeCloseTo(
      sum((d) => 2 / (1 + Math.exp(Math.abs(d)))),
      12,
    );
  });
});

describe.each(WAYS)("divergence on the toy line, %s", (_, create) => {
  test.each([
    ["NaN", NaN],
    ["off the support", -Infinity],
    ["an energy error above 1000", -1000.5],
    ["plus infinity", Infinity],
  ])("%s stops the trajectory there, and nothing of that half is selected", (_, value) => {
    const target = lineOf((i) => (i === 3 ? value : 0));
    const start = startAt(target, [0], [1]);
    const grow = trajectories(create, target, 5);
    for (let seed = 0; seed < 50; seed++) {
      const trajectory = grow(withDirections(0b11111, rngFromSeed(seed)), unitMetric(1), 1, start);
      expect(trajectory).toMatchObject({ isDivergent: true, treeDepth: 1, numSteps: 3, reachedMaxTreeDepth: false });
      expect(trajectory.divergentPosition).toEqual(Float64Array.of(3));
      expect(trajectory.maxEnergyError).toBeGreaterThan(1000);
      expect(trajectory.divergenceStart).toEqual(Float64Array.of(2));
      expect(trajectory.sumAcceptance).toBe(2);
      expect(trajectory.sumSymmetricAcceptance).toBe(2);
      expect([0, 1]).toContain(trajectory.proposal.position[0]);
    }
  });

  test("an energy error of 999 is none", () => {
    const target = lineOf((i) => (i === 3 ? -999 : 0));
    const grow = trajectories(create, target, 2);
    const trajectory = grow(withDirections(0b11, rngFromSeed(1)), unitMetric(1), 1, startAt(target, [0], [1]));
    expect(trajectory).toMatchObject({ isDivergent: false, treeDepth: 2, maxEnergyError: 999 });
  });

  test("a start without a finite log-density is a bug", () => {
    const target = lineOf(() => NaN);
    const start = startAt(target, [0], [1]);
    expect(() => trajectories(create, target, 2)(rngFromSeed(1), unitMetric(1), 1, start)).toThrow("finite");
  });

  test("an energy that falls by thousands is taken, without overflow", () => {
    const target = lineOf((i) => (i === 0 ? -5000 : 0));
    const grow = trajectories(create, target, 4);
    const trajectory = grow(rngFromSeed(1), unitMetric(1), 1, startAt(target, [0], [1]));
    expect(trajectory.proposal.position[0]).not.toBe(0);
    expect(trajectory).toMatchObject({ sumAcceptance: 15, treeDepth: 4, isDivergent: false });
  });
});

describe.each(WAYS)("turning, %s", (_, create) => {
  const sd = [1, 2.5, 0.4];
  const gaussian: LogDensity = {
    dim: 3,
    valueAndGradient(q, gradient) {
      let value = 0;
      for (let i = 0; i < 3; i++) {
        gradient[i] = -q[i] / sd[i] ** 2;
        value -= 0.5 * (q[i] / sd[i]) ** 2;
      }
      return value;
    },
  };

  test("depth, steps and the support of the selection are the twin's for all directions and many starts", () => {
    const maxDepth = 6;
    const grow = trajectories(create, gaussian, maxDepth);
    const depths = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const rng = rngFromSeed(seed);
      const start = startAt(
        gaussian,
        sd.map((s) => s * 3 * (rng.uniform() - 0.5)),
        sd.map((s) => (3 * (rng.uniform() - 0.5)) / s),
      );
      const stepSize = [0.08, 0.2, 0.4][seed % 3];
      const directions = rng.uint32() & 0b111111;
      const twin = enumerate(gaussian, start, stepSize, directions, maxDepth);
      const trajectory = grow(withDirections(directions, rng), unitMetric(3), stepSize, start);
      expect(trajectory).toMatchObject({ treeDepth: twin.treeDepth, numSteps: twin.numSteps, isDivergent: false });
      depths.add(trajectory.treeDepth);
    }
    expect(depths.size).toBeGreaterThan(3);
  });

  test("the selection after a turn is the twin's", () => {
    const start = startAt(gaussian, [0.5, -1, 0.1], [1, 0.3, -1]);
    const directions = 0b10110;
    const twin = enumerate(gaussian, start, 0.3, directions, 5);
    const grow = trajectories(create, gaussian, 5);
    const places = new Map<number, number>();
    for (const sign of [1, -1]) {
      const walker = createPhasePoint(3);
      copyPhasePoint(start, walker);
      for (let i = 0; i < 32; i++) {
        places.set(walker.position[0], sign * i || 0);
        leapfrog(gaussian, unitMetric(3), sign * 0.3, walker, walker);
      }
    }
    const draw = (rng: Rng) => {
      const { proposal } = grow(withDirections(directions, rng), unitMetric(3), 0.3, start);
      return places.get(proposal.position[0]) ?? NaN;
    };
    expect(twin.probabilities.size).toBeGreaterThan(3);
    expectFrequencies(draw, twin.probabilities, 31);
  });

  test("the checks across subtrees stop what the plain criterion lets run in circles", () => {
    // Momentum rotates by θ a step on a circular orbit, so n points have p_end · ρ ∝ sin(nθ/2) cos((n-1)θ/2). For θ a
    // little above 45° that is positive for 4, 8, 16, … points, round and round; for 4 + 1 points it is negative.
    const oscillator: LogDensity = {
      dim: 2,
      valueAndGradient(q, gradient) {
        gradient[0] = -q[0];
        gradient[1] = -q[1];
        return -0.5 * (q[0] ** 2 + q[1] ** 2);
      },
    };
    const grow = trajectories(create, oscillator, 10);
    for (const degrees of [46, 47, 48, 49]) {
      const stepSize = 2 * Math.sin((degrees * Math.PI) / 360);
      const start = startAt(oscillator, [1, 0], [0, Math.sqrt(1 - stepSize ** 2 / 4)]);
      for (let seed = 0; seed < 8; seed++) {
        const trajectory = grow(rngFromSeed(seed), unitMetric(2), stepSize, start);
        expect(trajectory).toMatchObject({ treeDepth: 3, numSteps: 7 });
      }
    }
  });
});

test.each(WAYS)("the start is not written to, and the same stream gives the same trajectory, %s", (_, create) => {
  const target = lineOf((i) => -(i ** 2) / 50);
  const start = startAt(target, [0], [1]);
  const before = structuredClone(start);
  const grow = trajectories(create, target, 4);
  const rng = rngFromSeed(5);
  const told = ({ proposal, ...rest }: Trajectory) =>
    structuredClone({ ...rest, position: [...proposal.position], numStepsMoved: proposal.numStepsMoved });
  const first = told(grow(rng.clone(), unitMetric(1), 1, start));
  grow(rngFromSeed(6), unitMetric(1), 1, start);
  expect(told(grow(rng.clone(), unitMetric(1), 1, start))).toEqual(first);
  expect(start).toEqual(before);
});
