import { PoolishError } from "@poolish/core";
import { createKernels, type Kernels, type Region } from "@poolish/kernels";
import { keptShare, type Optimizer, type OptimizerSettings, type OptimizerState } from "./optimizer.ts";
import type { TrainableDensity } from "./trainableDensity.ts";

const BETA1 = 0.9;

type Memory = NonNullable<TrainableDensity["memory"]>;

/** Adam in our kernels over one flat variable, in the density's own memory where it has one. */
export function createKernelAdam(
  density: TrainableDensity,
  settings: OptimizerSettings,
  from?: OptimizerState,
): Optimizer {
  const { length } = density.initial;
  if (from !== undefined && from.variables.length !== length) refuseState(from.variables.length, length);
  const { kernels, weights: variables, gradient } = density.memory ?? createMemory(length);
  const allocate = (initial?: Float32Array): Region => {
    const region = kernels.allocate(length);
    if (initial !== undefined) region.values.set(initial);
    return region;
  };
  const firstMoment = allocate(from?.firstMoment);
  const secondMoment = allocate(from?.secondMoment);
  const averages = allocate(from?.averages ?? density.initial);
  variables.values.set(from?.variables ?? density.initial);
  const decays = density.decays.map(({ from: first, end, rate }) => {
    return { rate, shrink: createShrink(kernels, variables, first, end) };
  });
  let numSteps = from?.numSteps ?? 0;
  const adam = (stepSize: number, gradientScale: number): void =>
    kernels.adam(variables, gradient, firstMoment, secondMoment, length, {
      stepSize,
      beta1: BETA1,
      beta2: settings.beta2,
      epsilon: settings.epsilon,
      step: numSteps,
      weightDecay: 0,
      gradientScale,
    });
  return {
    step(batch, stepSize) {
      const loss = density.lossAndGradient(variables.values, batch, gradient.values);
      numSteps++;
      const norm = Math.sqrt(kernels.sumOfSquares(gradient, length));
      for (const { shrink, rate } of decays) shrink(1 - stepSize * rate);
      adam(stepSize, norm > settings.clipNorm ? settings.clipNorm / norm : 1);
      const kept = keptShare(settings.averaging, numSteps);
      if (kept > 0) kernels.moveAverage(averages, variables, 1 - kept, length);
      else averages.values.set(variables.values);
      return loss;
    },
    averages: () => averages.values.slice(),
    state: () => ({
      numSteps,
      variables: variables.values.slice(),
      averages: averages.values.slice(),
      firstMoment: firstMoment.values.slice(),
      secondMoment: secondMoment.values.slice(),
    }),
    dispose() {},
  };
}

function refuseState(given: number, wanted: number): never {
  throw new PoolishError(`the checkpoint has ${given} weights, the estimator to be trained has ${wanted}`, {
    kind: "input",
    field: "resume",
    remedy: "Resume with the recipe and the simulations of the first run.",
  });
}

/** Multiplies the variables [first, end). Kernels take ranges that begin and end at multiples of 4. */
function createShrink(kernels: Kernels, variables: Region, first: number, end: number): (factor: number) => void {
  if (first % 4 !== 0 || end % 4 !== 0) {
    return (factor) => {
      for (let i = first; i < end; i++) variables.values[i] *= factor;
    };
  }
  const length = end - first;
  const range = kernels.subregion(variables, first, length);
  return (factor) => kernels.scale(range, factor, length);
}

/** Memory for variables, gradient, two moments and averages. */
function createMemory(length: number): Memory {
  const kernels = createKernels({ capacity: 5 * (length + 4) });
  return { kernels, weights: kernels.allocate(length), gradient: kernels.allocate(length) };
}
