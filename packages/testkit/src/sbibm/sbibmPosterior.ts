import type { TemperedDensity } from "@poolish/core";
import { type Bijector, bijectorFor } from "@poolish/math";
import type { SbibmTask } from "./sbibmTask.ts";

/** The posterior of one observation on the unconstrained scale, with the way back. */
export interface SbibmPosterior extends TemperedDensity {
  /** Overwrites `theta` with the constrained values of `position`. */
  constrain(position: Float64Array, theta: Float64Array): void;
  /** Overwrites `gradient` with what `thetaGradient`, a gradient in the constrained values, means for `position`. */
  pullback(position: Float64Array, theta: Float64Array, thetaGradient: Float64Array, gradient: Float64Array): void;
}

/**
 * The exact posterior of `task` given `x`, for samplers: each parameter goes through the bijector of its support. Without
 * the factor of the likelihood that depends on x alone where `task.isNormalised` is false.
 */
export function sbibmPosterior(task: SbibmTask, x: Float64Array): SbibmPosterior {
  const dim = task.parameters.length;
  const change = changeOfVariables(task);
  const theta = new Float64Array(dim);
  const thetaGradient = new Float64Array(dim);
  const partial = new Float64Array(dim);
  const logPrior = (position: Float64Array, gradient: Float64Array): number => {
    const logJacobian = change.constrain(position, theta);
    const value = task.logPrior(theta, thetaGradient) + logJacobian;
    change.pullback(position, theta, thetaGradient, gradient, true);
    return value;
  };
  const logLikelihood = (position: Float64Array, gradient: Float64Array): number => {
    change.constrain(position, theta);
    const value = task.logLikelihood(theta, x, thetaGradient);
    change.pullback(position, theta, thetaGradient, gradient, false);
    return value;
  };
  return {
    dim,
    logPrior,
    logLikelihood,
    valueAndGradient(position, gradient) {
      const prior = logPrior(position, gradient);
      const likelihood = logLikelihood(position, partial);
      for (let p = 0; p < dim; p++) gradient[p] += partial[p];
      return prior + likelihood;
    },
    samplePrior(rng, position) {
      task.samplePrior(rng, theta);
      change.unconstrain(theta, position);
    },
    constrain(position, into) {
      change.constrain(position, into);
    },
    pullback: (position, at, adjoint, gradient) => change.pullback(position, at, adjoint, gradient, false),
  };
}

interface ChangeOfVariables {
  constrain(position: Float64Array, theta: Float64Array): number;
  unconstrain(theta: Float64Array, position: Float64Array): void;
  /** Overwrites `gradient` with the pullback of `thetaGradient`, the Jacobian's gradient included or not. */
  pullback(
    position: Float64Array,
    theta: Float64Array,
    thetaGradient: Float64Array,
    gradient: Float64Array,
    withJacobian: boolean,
  ): void;
}

/** All supports of a task are alike, so one bijector serves all parameters. */
function changeOfVariables(task: SbibmTask): ChangeOfVariables {
  const dim = task.parameters.length;
  const bijector: Bijector = bijectorFor(task.parameters[0].support, dim);
  const zero = new Float64Array(dim);
  const jacobianGradient = new Float64Array(dim);
  return {
    constrain: bijector.constrain,
    unconstrain: bijector.unconstrain,
    pullback(position, theta, thetaGradient, gradient, withJacobian) {
      gradient.fill(0);
      bijector.pullback(position, theta, thetaGradient, gradient);
      if (withJacobian) return;
      // A pullback always brings the Jacobian's gradient along; that of zero is nothing else.
      jacobianGradient.fill(0);
      bijector.pullback(position, theta, zero, jacobianGradient);
      for (let p = 0; p < dim; p++) gradient[p] -= jacobianGradient[p];
    },
  };
}
