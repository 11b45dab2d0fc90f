import { type Rng, rngFromSeed } from "@poolish/core";
import { densityOf, elementNames, type LearnedPriorInstruction } from "@poolish/ppl";
import type { Fit } from "../fit.ts";
import { positionOf, spreadDraw } from "../predictive/fitDraws.ts";
import type { Replay } from "../predictive/replay.ts";

/** How far draws leave the learned prior that they began with: where it has learned nothing, its tails are a guess. */
export interface PriorDeparture {
  /** The site, as `sample` has it; a member's number (from 1) where it stands in a plate. */
  readonly site: string;
  /** The share of draws whose density under the prior is below its 0.1 % quantile: 0.001 where nothing was learned since. */
  readonly share: number;
  /** For each parameter, the share of draws beyond the prior's central 99.9 %, and how much of that was below. */
  readonly parameters: readonly { readonly name: string; readonly share: number; readonly below: number }[];
}

/** The share of its own mass beyond which a prior is left. */
const TAIL = 1e-3;
/** Draws of the prior that quantiles are read off, and draws of the fit, over all members. */
const NUM_REFERENCE = 10_000;
const NUM_DRAWS = 2000;

/** Runs `replay`; one for each learned prior, or member of a plate with its own. */
export function priorDepartures(fit: Fit, replay: Replay): PriorDeparture[] {
  const rng = rngFromSeed(fit.seed).foldIn(2 ** 31);
  const priors = fit.model.instructions.filter((each) => each.op === "learnedPrior");
  if (priors.length === 0) return [];
  const draws = priors.map((prior) => ({ prior, values: drawsOf(fit, replay, prior) }));
  return draws.flatMap(({ prior, values }, p) =>
    prior.densities.map((_, i) => departureOf(fit, prior, values, i, rng.foldIn(p).foldIn(i))),
  );
}

/** Draws × members × coordinates. */
function drawsOf(fit: Fit, replay: Replay, { densities, coordinates }: LearnedPriorInstruction): Float64Array {
  const count = Math.min(NUM_DRAWS, fit.numChains * fit.numDraws);
  const [J, D] = [densities.length, coordinates.length];
  const values = new Float64Array(count * J * D);
  const latents = new Float64Array(replay.numLatents);
  const unused = rngFromSeed(0);
  for (let s = 0; s < count; s++) {
    replay.latentsAt(positionOf(fit, spreadDraw(fit, s, count)), latents);
    replay.run(latents, unused);
    for (let i = 0; i < J; i++) {
      for (let k = 0; k < D; k++) values[(s * J + i) * D + k] = replay.values[coordinates[k].offset + i];
    }
  }
  return values;
}

function departureOf(
  fit: Fit,
  { site, densities, coordinates }: LearnedPriorInstruction,
  values: Float64Array,
  member: number,
  rng: Rng,
): PriorDeparture {
  const density = densityOf(fit.likelihoods[densities[member]]);
  const [J, D] = [densities.length, coordinates.length];
  const numReference = Math.max(1000, Math.floor(NUM_REFERENCE / J));
  const gradient = new Float64Array(D);
  const point = new Float64Array(D);
  const logDensities = new Float64Array(numReference);
  const columns = coordinates.map(() => new Float64Array(numReference));
  for (let r = 0; r < numReference; r++) {
    density.sample(rng, point);
    logDensities[r] = density.logDensityAndGradient(point, gradient);
    for (let k = 0; k < D; k++) columns[k][r] = point[k];
  }
  const least = quantile(logDensities.sort(), TAIL);
  const limits = columns.map((column) => {
    column.sort();
    return [quantile(column, TAIL / 2), quantile(column, 1 - TAIL / 2)] as const;
  });
  const count = values.length / (J * D);
  const [below, above] = [new Int32Array(D), new Int32Array(D)];
  let numFar = 0;
  for (let s = 0; s < count; s++) {
    for (let k = 0; k < D; k++) {
      point[k] = values[(s * J + member) * D + k];
      if (point[k] < limits[k][0]) below[k]++;
      else if (point[k] > limits[k][1]) above[k]++;
    }
    if (density.logDensityAndGradient(point, gradient) < least) numFar++;
  }
  return {
    site: J === 1 ? site : `${site} of member ${member + 1}`,
    share: numFar / count,
    parameters: density.parameters.map(({ name }, k) => {
      return { name: nameOf(fit, name, member), share: (below[k] + above[k]) / count, below: below[k] / count };
    }),
  };
}

function nameOf({ model: { variables, coords } }: Fit, name: string, member: number): string {
  const variable = variables.find((each) => each.name === name);
  return variable === undefined ? name : elementNames(variable, coords)[member];
}

/** Of sorted numbers. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * sorted.length)))];
}
