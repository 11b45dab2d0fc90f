import { type Bijector, bijectorFor } from "@poolish/math";
import type { CompiledModel } from "@poolish/ppl";
import { latentSites } from "../predictive/latentSites.ts";

/** One draw of a latent site's family: a scalar, or a vector that is drawn as a whole. */
export interface LatentEvent {
  /** Names of the axes of its site, and its own place along each; axes within a vector have none. */
  readonly place: ReadonlyMap<string, number>;
  /** Which instruction of the tape has its log-density, and which term of that is its own. */
  readonly instruction: number;
  readonly term: number;
  /** First of its latents, and how many. */
  readonly latent: number;
  readonly size: number;
  /** First of its places in the tape's buffer. */
  readonly offset: number;
  /** First of its unconstrained coordinates; how many is the bijector's business. */
  readonly coordinate: number;
  readonly bijector: Bijector;
}

/** All events of a model's latent sites, in order. */
export function latentEvents(model: CompiledModel): readonly LatentEvent[] {
  return latentSites(model).flatMap(({ support, position, slot, density, variable, first }) => {
    const count = density.op === "logDensity" ? density.count : density.densities.length;
    const size = slot.size / count;
    const bijector = bijectorFor(support, size);
    const instruction = model.instructions.indexOf(density);
    return Array.from({ length: count }, (_, term): LatentEvent => {
      const at = term * size;
      return {
        ...{ instruction, term, size, bijector },
        place: placeOf(variable.dims, variable.shape, at),
        latent: first + at,
        offset: slot.offset + at,
        coordinate: position.offset + term * bijector.unconstrainedSize,
      };
    });
  });
}

/** The index along each axis of the element at `at`, row-major. */
function placeOf(dims: readonly string[], shape: readonly number[], at: number): ReadonlyMap<string, number> {
  let rest = at;
  const place = new Map<string, number>();
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    place.set(dims[axis], rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}
