import type { LogDensity, Rng } from "@poolish/core";
import { leapfrog } from "../leapfrog.ts";
import { type NutsParameters, type NutsState, startAt } from "../nuts.ts";
import { createPhasePoint, totalEnergy } from "../phasePoint.ts";

/** The acceptance probability that one leapfrog step is brought across (Stan's base_hmc; the paper has ½). */
const CROSSING = Math.log(0.8);
/** A factor of 2^100 = 1e30 either way: beyond that there is no scale to find. */
const MAX_CHANGES = 100;

/**
 * A step size of the right magnitude: from `parameters.stepSize`, doubles or halves until the acceptance probability of
 * one leapfrog step crosses 0.8, with a fresh momentum each time (Hoffman & Gelman 2014, algorithm 4, as in Stan).
 * After 100 changes (a flat target, say) it returns what it has.
 */
export function initialStepSize(target: LogDensity, rng: Rng, parameters: NutsParameters, state: NutsState): number {
  const { metric } = parameters;
  const point = createPhasePoint(target.dim);
  const isAccepted = (stepSize: number): boolean => {
    startAt(point, state, rng, metric);
    const energy = totalEnergy(point);
    leapfrog(target, metric, stepSize, point, point);
    return energy - totalEnergy(point) > CROSSING;
  };
  let { stepSize } = parameters;
  const grows = isAccepted(stepSize);
  for (let change = 0; change < MAX_CHANGES && isAccepted(stepSize) === grows; change++) stepSize *= grows ? 2 : 0.5;
  return stepSize;
}
