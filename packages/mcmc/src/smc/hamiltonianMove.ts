import type { Rng } from "@poolish/core";
import type { Metric } from "../metric.ts";
import { blockSize } from "./blocks.ts";
import { levelOf, numStepsOfLevel, stepSizeOfLevel } from "./moveTuning.ts";
import { copyParticle, type Particles } from "./particles.ts";
import { createRows, type EvaluateRows } from "./rowEvaluator.ts";
import type { MoveTask } from "./smcTask.ts";

/** Energy error from which a trajectory is given up, as in Stan. */
const LARGEST_ENERGY_ERROR = 1000;

/** One Hamiltonian move for each particle of a block, all in step, so that the density sees them at once. */
export interface HamiltonianMove {
  /**
   * Moves the particles of `block` in place, and records their acceptance and squared jump. Returns the number of
   * gradients. Particles of likelihood 0 stay.
   */
  move(particles: Particles, metric: Metric, task: MoveTask, rng: Rng, block: number): number;
}

/** The trajectories under way, those that go on at the front. */
function createTrajectories(capacity: number, dim: number) {
  const momentum = new Float64Array(capacity * dim);
  const velocity = new Float64Array(capacity * dim);
  const rowsOf = (values: Float64Array) =>
    Array.from({ length: capacity }, (_, k) => values.subarray(k * dim, (k + 1) * dim));
  return {
    dim,
    ...createRows(capacity, dim),
    momentum,
    momentumRows: rowsOf(momentum),
    velocity,
    velocityRows: rowsOf(velocity),
    slot: new Int32Array(capacity),
    stepSize: new Float64Array(capacity),
    energyBefore: new Float64Array(capacity),
    threshold: new Float64Array(capacity),
  };
}

type Trajectories = ReturnType<typeof createTrajectories>;

/**
 * Trajectories of random step size (three levels of it side by side; each step times uniform(0, 2), so that some suit
 * the narrow places and none gets into step with an orbit) and of one length a block, accepted or rejected as a whole
 * (Neal 2011, §5.3). Room for blocks of up to `capacity` particles.
 */
export function createHamiltonianMove(evaluate: EvaluateRows, capacity: number, dim: number): HamiltonianMove {
  const trajectories = createTrajectories(capacity, dim);
  return {
    move(particles, metric, task, rng, block) {
      let count = start(trajectories, particles, metric, task, rng, block);
      const numSteps = numStepsOfLevel(task.tuning, levelOf(block * blockSize(particles.count), particles.count, task));
      let numGradients = 0;
      for (let step = 0; step < numSteps && count > 0; step++) {
        kick(trajectories, count, task.temperature, step === 0 ? 0.5 : 1);
        drift(trajectories, count, metric);
        evaluate(trajectories, count);
        numGradients += count;
        count = dropFailures(trajectories, count, task.temperature);
      }
      kick(trajectories, count, task.temperature, 0.5);
      finish(trajectories, count, particles, metric, task.temperature);
      return numGradients;
    },
  };
}

/** Starts a trajectory for each particle that can move; returns their number. */
function start(
  trajectories: Trajectories,
  particles: Particles,
  metric: Metric,
  task: MoveTask,
  rng: Rng,
  block: number,
): number {
  const { momentumRows, velocityRows, slot, stepSize, energyBefore, threshold } = trajectories;
  const { count, logPrior, logLikelihood, acceptance, squaredJump } = particles;
  const size = blockSize(count);
  let k = 0;
  for (let i = block * size; i < Math.min((block + 1) * size, count); i++) {
    acceptance[i] = 0;
    squaredJump[i] = 0;
    if (logLikelihood[i] === -Infinity) continue;
    copyParticle(particles, i, trajectories, k);
    metric.drawMomentum(rng, momentumRows[k]);
    slot[k] = i;
    stepSize[k] = 2 * rng.uniform() * stepSizeOfLevel(task.tuning, levelOf(i, count, task));
    threshold[k] = rng.uniform();
    const kineticEnergy = metric.velocity(momentumRows[k], velocityRows[k]);
    energyBefore[k] = kineticEnergy - logPrior[i] - task.temperature * logLikelihood[i];
    k++;
  }
  return k;
}

/** Momenta gain `share` of a step's force. */
function kick(trajectories: Trajectories, count: number, temperature: number, share: number): void {
  const { dim, momentum, stepSize, priorGradients, likelihoodGradients } = trajectories;
  for (let k = 0; k < count; k++) {
    const time = share * stepSize[k];
    for (let at = k * dim; at < (k + 1) * dim; at++) {
      momentum[at] += time * (priorGradients[at] + temperature * likelihoodGradients[at]);
    }
  }
}

function drift(trajectories: Trajectories, count: number, metric: Metric): void {
  const { dim, positions, momentumRows, velocity, velocityRows, stepSize } = trajectories;
  for (let k = 0; k < count; k++) {
    metric.velocity(momentumRows[k], velocityRows[k]);
    for (let at = k * dim; at < (k + 1) * dim; at++) positions[at] += stepSize[k] * velocity[at];
  }
}

/**
 * Ends trajectories that met a point of density 0, a failure, or a potential that alone exceeds their energy by the
 * largest error. Their particles stay. Returns the number of those that go on, in front.
 */
function dropFailures(trajectories: Trajectories, count: number, temperature: number): number {
  const { logPrior, logLikelihood, energyBefore } = trajectories;
  let numLeft = 0;
  for (let k = 0; k < count; k++) {
    const error = -logPrior[k] - temperature * logLikelihood[k] - energyBefore[k];
    if (!(error < LARGEST_ENERGY_ERROR)) continue;
    if (numLeft < k) copyTrajectory(trajectories, k, numLeft);
    numLeft++;
  }
  return numLeft;
}

function copyTrajectory(trajectories: Trajectories, from: number, to: number): void {
  const { dim, momentum, slot, stepSize, energyBefore, threshold } = trajectories;
  copyParticle(trajectories, from, trajectories, to);
  for (let j = 0; j < dim; j++) momentum[to * dim + j] = momentum[from * dim + j];
  slot[to] = slot[from];
  stepSize[to] = stepSize[from];
  energyBefore[to] = energyBefore[from];
  threshold[to] = threshold[from];
}

/** Accepts or rejects the trajectories that arrived. */
function finish(
  trajectories: Trajectories,
  count: number,
  particles: Particles,
  { inverseMass, velocity }: Metric,
  temperature: number,
): void {
  const { dim, positions, momentumRows, velocityRows, slot, energyBefore, threshold } = trajectories;
  for (let k = 0; k < count; k++) {
    const kineticEnergy = velocity(momentumRows[k], velocityRows[k]);
    const logDensity = trajectories.logPrior[k] + temperature * trajectories.logLikelihood[k];
    const acceptance = Math.exp(Math.min(0, energyBefore[k] + logDensity - kineticEnergy));
    const i = slot[k];
    let squares = 0;
    for (let j = 0; j < dim; j++) {
      const distance = positions[k * dim + j] - particles.positions[i * dim + j];
      squares += (distance * distance) / inverseMass[j];
    }
    particles.acceptance[i] = acceptance;
    particles.squaredJump[i] = squares;
    if (threshold[k] < acceptance) copyParticle(trajectories, k, particles, i);
  }
}
