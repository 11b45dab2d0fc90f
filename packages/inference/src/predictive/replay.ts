import type { Likelihood, Rng } from "@poolish/core";
import {
  type Compilation,
  type CompiledModel,
  familySampler,
  learnedPriorSampler,
  linkSteps,
  type Step,
} from "@poolish/ppl";
import { countLatents, type LatentSite, latentSites } from "./latentSites.ts";

/**
 * A tape that is run forward from known latent values, the others being drawn from their priors on the way. `latents` is
 * the values of all latent sites, one site after another (see `LatentSite`).
 */
export interface Replay {
  readonly model: CompiledModel;
  readonly sites: readonly LatentSite[];
  readonly numLatents: number;
  /** The length of outputs: all elements of all variables. */
  readonly numOutputs: number;
  /** The steps, one for each instruction of the model, over `values`. */
  readonly steps: readonly Step[];
  /** The tape's buffer: every value of the model at the last `run`. */
  readonly values: Float64Array;
  /** Overwrites `latents` with those at an unconstrained position. */
  latentsAt(position: Float64Array, latents: Float64Array): void;
  /** Computes all values; of `latents` those are read that are known. */
  run(latents: Float64Array, rng: Rng): void;
  /** Overwrites `out` with all elements of all variables, one variable after another in the model's order. */
  outputs(out: Float64Array): void;
}

/**
 * Ties the model to buffers of its own. `isKnown`, which may change between runs, says of each latent whether its value is
 * given: 0 is no. The rest is drawn, parents before children, as the model has them. All are known by default.
 */
export function createReplay({ model, likelihoods }: Compilation, isKnown?: ArrayLike<number>): Replay {
  const { values, steps } = linkSteps(model, likelihoods);
  const { instructions, variables } = model;
  const sites = latentSites(model);
  const numLatents = countLatents(sites);
  const known = isKnown ?? new Uint8Array(numLatents).fill(1);
  const actions = instructions.flatMap((instruction, i): Action[] => {
    const site = instruction.op === "constrain" && sites.find(({ slot }) => slot.offset === instruction.out.offset);
    if (site) return [latentAction(site, drawsOf(site, sites, likelihoods, known, values), known, values)];
    return "out" in instruction ? [() => void steps[i].forward()] : [];
  });
  const constrainSteps = steps.filter((_, i) => instructions[i].op === "constrain");
  return {
    ...{ model, sites, numLatents, steps, values },
    numOutputs: variables.reduce((count, { slot }) => count + slot.size, 0),
    latentsAt(position, latents) {
      values.set(position);
      for (const step of constrainSteps) step.forward();
      for (const { slot, first } of sites) {
        for (let i = 0; i < slot.size; i++) latents[first + i] = values[slot.offset + i];
      }
    },
    run(latents, rng) {
      for (const action of actions) action(latents, rng);
    },
    outputs(out) {
      let at = 0;
      for (const { slot } of variables) {
        for (let i = 0; i < slot.size; i++) out[at++] = values[slot.offset + i];
      }
    },
  };
}

type Action = (latents: Float64Array, rng: Rng) => void;

/** Draws the site unless all of it is known, then puts the known elements in. */
function latentAction(
  { slot, first }: LatentSite,
  draw: (rng: Rng) => void,
  isKnown: ArrayLike<number>,
  values: Float64Array,
): Action {
  return (latents, rng) => {
    draw(rng);
    for (let i = 0; i < slot.size; i++) if (isKnown[first + i] !== 0) values[slot.offset + i] = latents[first + i];
  };
}

/**
 * Draws a site unless all of it is known. The sites of a learned prior are drawn together, with the first of them, unless all
 * of all are known.
 */
function drawsOf(
  { slot, first, density }: LatentSite,
  sites: readonly LatentSite[],
  likelihoods: readonly Likelihood[],
  isKnown: ArrayLike<number>,
  values: Float64Array,
): (rng: Rng) => void {
  if (density.op === "logDensity") {
    const draw = familySampler(density, values);
    const view = values.subarray(slot.offset, slot.offset + slot.size);
    return (rng) => {
      if (!areAllKnown(isKnown, first, slot.size)) draw(rng, view);
    };
  }
  if (density.coordinates[0].offset !== slot.offset) return () => {};
  const joint = sites.filter((site) => site.density === density);
  const draw = learnedPriorSampler(density, likelihoods, values);
  return (rng) => {
    if (!joint.every((site) => areAllKnown(isKnown, site.first, site.slot.size))) draw(rng);
  };
}

function areAllKnown(isKnown: ArrayLike<number>, first: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (isKnown[first + i] === 0) return false;
  return true;
}
