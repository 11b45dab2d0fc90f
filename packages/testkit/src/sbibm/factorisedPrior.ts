import { interval, positive, type Rng, real, type Support } from "@poolish/core";
import { standardNormal } from "@poolish/math";
import type { PriorRecord, SbibmTask } from "./sbibmTask.ts";

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

function supportOf({ kind, parameters: [first, second] }: PriorRecord): Support {
  if (kind === "uniform") return interval(first, second);
  return kind === "normal" ? real : positive;
}

function draw(rng: Rng, { kind, parameters: [first, second] }: PriorRecord): number {
  if (kind === "uniform") return first + (second - first) * rng.uniform();
  const value = first + second * standardNormal(rng);
  return kind === "normal" ? value : Math.exp(value);
}

/** Adds nothing: returns the log-density of one value and writes its derivative to `gradient[p]`. */
function logDensity(
  { kind, parameters: [first, second] }: PriorRecord,
  value: number,
  p: number,
  gradient: Float64Array,
) {
  gradient[p] = 0;
  if (kind === "uniform") return value > first && value < second ? -Math.log(second - first) : -Infinity;
  if (kind === "logNormal" && value <= 0) return -Infinity;
  const z = ((kind === "normal" ? value : Math.log(value)) - first) / second;
  const logNormal = -0.5 * z * z - Math.log(second) - HALF_LOG_TWO_PI;
  gradient[p] = kind === "normal" ? -z / second : -(z / second + 1) / value;
  return kind === "normal" ? logNormal : logNormal - Math.log(value);
}

/** The parts of a task that follow from independent priors. */
export function factorisedPrior(
  names: readonly string[],
  prior: readonly PriorRecord[],
): Pick<SbibmTask, "parameters" | "prior" | "samplePrior" | "logPrior"> {
  return {
    parameters: names.map((name, p) => ({ name, support: supportOf(prior[p]) })),
    prior,
    samplePrior(rng, theta) {
      for (let p = 0; p < prior.length; p++) theta[p] = draw(rng, prior[p]);
    },
    logPrior(theta, gradient) {
      let sum = 0;
      for (let p = 0; p < prior.length; p++) sum += logDensity(prior[p], theta[p], p, gradient);
      return sum;
    },
  };
}
