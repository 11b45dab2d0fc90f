import type { Rng, TemperedDensity } from "@poolish/core";
import type { Metric } from "../metric.ts";
import { blockSize } from "./blocks.ts";
import { createHamiltonianMove } from "./hamiltonianMove.ts";
import { createIndependenceMove } from "./independenceMove.ts";
import type { Particles } from "./particles.ts";
import { createPriorDraw } from "./priorDraw.ts";
import { rowEvaluator } from "./rowEvaluator.ts";
import { metricFromMass } from "./scoreMetric.ts";
import type { MoveTask, SmcTask } from "./smcTask.ts";

/** Does tasks for one thread. Owns its scratch. */
export interface BlockWorker {
  /** Does `task` for the particles of block number `block`, in place. */
  run(task: SmcTask, block: number): void;
}

/**
 * A worker on `particles`, which may lie in shared memory. Each block of each task has a random stream of its own, named
 * by `rng`: the particles do not depend on who takes which block, or when.
 */
export function createBlockWorker(density: TemperedDensity, rng: Rng, particles: Particles): BlockWorker {
  const { count, dim, numGradients } = particles;
  const size = blockSize(count);
  const [drawRng, moveRng, jumpRng] = rng.split(3);
  const evaluate = rowEvaluator(density);
  const priorDraw = createPriorDraw(density, evaluate, size);
  const hamiltonian = createHamiltonianMove(evaluate, size, dim);
  const independence = createIndependenceMove(evaluate, size, dim);
  let lastTask: MoveTask | undefined;
  let metric: Metric | undefined;
  const metricOf = (task: MoveTask): Metric => {
    if (metric === undefined || lastTask !== task) metric = metricFromMass(task.mass, dim);
    lastTask = task;
    return metric;
  };
  const numEvaluations = (task: SmcTask, block: number): number => {
    const from = block * size;
    switch (task.kind) {
      case "draw":
        return priorDraw.fill(particles, drawRng.foldIn(block), from, Math.min(from + size, count));
      case "move":
        return hamiltonian.move(particles, metricOf(task), task, moveRng.foldIn(task.sweep).foldIn(block), block);
      case "jump":
        return independence.move(particles, task, jumpRng.foldIn(task.jump).foldIn(block), block);
    }
  };
  return {
    run(task, block) {
      numGradients[block] += numEvaluations(task, block);
    },
  };
}
