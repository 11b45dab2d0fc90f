import type { Rng } from "@poolish/core";
import { leapfrog } from "../leapfrog.ts";
import type { Metric } from "../metric.ts";
import { createPhasePoint, type PhasePoint } from "../phasePoint.ts";
import { type MoveTuning, NUM_LEVELS, numStepsOfLevel, type SweepSummary, stepSizeOfLevel } from "./moveTuning.ts";
import type { Particles } from "./particles.ts";
import type { TemperedTarget } from "./temperedTarget.ts";

/** Energy error from which a trajectory is given up, as in Stan. */
const LARGEST_ENERGY_ERROR = 1000;

/** One Hamiltonian move for each particle: scratch and records of a sweep, reused for the next. */
export interface HamiltonianSweep {
  /**
   * Moves particles [from, to) in place, each with its own stream: the order of blocks does not matter. `number` counts
   * sweeps, so that each slot meets each level.
   */
  move(particles: Particles, metric: Metric, tuning: MoveTuning, number: number, from: number, to: number): void;
  /** What the sweep saw, once all blocks are done; `weights` are normalised. */
  summary(weights: Float64Array, tuning: MoveTuning, number: number): SweepSummary;
}

/**
 * Trajectories of a random length and step size (nine levels in turn; the step times uniform(0, 2), so that some suit the
 * narrow places and none gets into step with an orbit), accepted or rejected as a whole (Neal 2011, §5.3). Particles of
 * likelihood 0 stay.
 */
export function createHamiltonianSweep(target: TemperedTarget, count: number): HamiltonianSweep {
  const point = createPhasePoint(target.dim);
  const acceptance = new Float64Array(count);
  const squaredJump = new Float64Array(count);

  function moveOne(particles: Particles, i: number, metric: Metric, tuning: MoveTuning, level: number): void {
    const rng = particles.streams[i];
    acceptance[i] = 0;
    squaredJump[i] = 0;
    if (particles.logLikelihood[i] === -Infinity) return;
    const before = start(particles, i, metric, target.temperature, rng, point);
    const stepSize = 2 * rng.uniform() * stepSizeOfLevel(tuning, level);
    const error = integrate(target, metric, stepSize, numStepsOfLevel(tuning, level), before, point);
    acceptance[i] = Math.min(1, Math.exp(-error));
    const threshold = rng.uniform();
    if (!(error < LARGEST_ENERGY_ERROR)) {
      acceptance[i] = 0;
      return;
    }
    squaredJump[i] = squaredDistance(particles.positions, i, point.position, metric.inverseMass);
    if (threshold < acceptance[i]) store(target, point, particles, i);
  }

  return {
    move(particles, metric, tuning, number, from, to) {
      for (let i = from; i < to; i++) moveOne(particles, i, metric, tuning, (i + number) % NUM_LEVELS);
    },
    summary(weights, tuning, number) {
      const masses = new Float64Array(NUM_LEVELS);
      const jumps = new Float64Array(NUM_LEVELS);
      let acceptanceRate = 0;
      for (let i = 0; i < count; i++) {
        const level = (i + number) % NUM_LEVELS;
        acceptanceRate += weights[i] * acceptance[i];
        masses[level] += weights[i];
        jumps[level] += weights[i] * acceptance[i] * squaredJump[i];
      }
      const efficiency = Array.from(jumps, (jump, level) => jump / masses[level] / numStepsOfLevel(tuning, level));
      return { acceptanceRate, efficiency };
    },
  };
}

/** Puts particle `i` with a fresh momentum into `point`; returns its energy. */
function start(
  { dim, positions, logPrior, logLikelihood, priorGradients, likelihoodGradients }: Particles,
  i: number,
  metric: Metric,
  temperature: number,
  rng: Rng,
  point: PhasePoint,
): number {
  for (let j = 0; j < dim; j++) {
    point.position[j] = positions[i * dim + j];
    point.gradient[j] = priorGradients[i * dim + j] + temperature * likelihoodGradients[i * dim + j];
  }
  metric.drawMomentum(rng, point.momentum);
  return metric.velocity(point.momentum, point.velocity) - logPrior[i] - temperature * logLikelihood[i];
}

/** Runs a trajectory in place; returns its energy error, Infinity when it met a point of density 0 or a failure. */
function integrate(
  target: TemperedTarget,
  metric: Metric,
  stepSize: number,
  numSteps: number,
  energyBefore: number,
  point: PhasePoint,
): number {
  let error = 0;
  for (let step = 0; step < numSteps; step++) {
    leapfrog(target, metric, stepSize, point, point);
    error = point.kineticEnergy - point.logDensity - energyBefore;
    if (!(error < LARGEST_ENERGY_ERROR)) return Infinity;
  }
  return error;
}

function squaredDistance(positions: Float64Array, i: number, to: Float64Array, inverseMass: Float64Array): number {
  const dim = to.length;
  let sum = 0;
  for (let j = 0; j < dim; j++) {
    const distance = to[j] - positions[i * dim + j];
    sum += (distance * distance) / inverseMass[j];
  }
  return sum;
}

/** Writes the end of a trajectory, where `target` was evaluated last, to particle `i`. */
function store(target: TemperedTarget, point: PhasePoint, particles: Particles, i: number): void {
  const { dim, positions, priorGradients, likelihoodGradients } = particles;
  particles.logPrior[i] = target.logPrior;
  particles.logLikelihood[i] = target.logLikelihood;
  for (let j = 0; j < dim; j++) {
    positions[i * dim + j] = point.position[j];
    priorGradients[i * dim + j] = target.priorGradient[j];
    likelihoodGradients[i * dim + j] = target.likelihoodGradient[j];
  }
}
