import type { Likelihood } from "@poolish/core";
import type { SbibmTask } from "@poolish/testkit";
import { drawPosterior, samplerFor } from "./drawPosterior.ts";
import { learnedSbibmPosterior } from "./learnedPosterior.ts";
import type { TrainedMethod } from "./method.ts";

/** Draws the posterior of a learned likelihood or ratio by SMC or NUTS, as suits the task. */
export function likelihoodPosterior(task: SbibmTask, likelihood: Likelihood): TrainedMethod {
  return {
    sampler: samplerFor(task.name),
    draw(x, rng, count) {
      const posterior = learnedSbibmPosterior(task, likelihood, x);
      const positions = drawPosterior(task.name, posterior, rng, count);
      const values = new Float64Array(positions.length);
      for (let at = 0; at < values.length; at += posterior.dim) {
        posterior.constrain(positions.subarray(at, at + posterior.dim), values.subarray(at, at + posterior.dim));
      }
      return values;
    },
  };
}
