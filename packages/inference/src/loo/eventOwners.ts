import type { Rng } from "@poolish/core";
import type { Replay } from "../predictive/replay.ts";
import type { LatentEvent } from "./latentEvents.ts";

/** A replay whose mask and known latents are at hand, so that some values can be drawn anew. */
export interface RedrawableReplay {
  readonly replay: Replay;
  readonly isKnown: Uint8Array;
  /** The latents of one posterior draw. */
  readonly known: Float64Array;
}

/** Runs the tape with `redrawn` events drawn from their priors, all others as known. */
export function redraw({ replay, isKnown, known }: RedrawableReplay, redrawn: readonly LatentEvent[], rng: Rng): void {
  isKnown.fill(1);
  for (const { latent, size } of redrawn) isKnown.fill(0, latent, latent + size);
  replay.run(known, rng);
}

/**
 * The member of the plate that each event belongs to, or -1: an event on the plate to its own, and one on another plate to
 * the member whose values alone are in its prior.
 */
export function eventOwners(
  replay: RedrawableReplay,
  events: readonly LatentEvent[],
  plate: string,
  numGroups: number,
  rng: Rng,
): Int32Array {
  const ofEvent = Int32Array.from(events, ({ place }) => place.get(plate) ?? -1);
  while (adoptChildren(replay, events, ofEvent, numGroups, rng));
  return ofEvent;
}

/**
 * Gives events on other plates to the group whose values alone are in their prior, e.g. a session's value that is centred
 * at its subject's. True when there are new ones, of which others may be children.
 */
function adoptChildren(
  replay: RedrawableReplay,
  events: readonly LatentEvent[],
  ofEvent: Int32Array,
  numGroups: number,
  rng: Rng,
): boolean {
  const orphans = events.flatMap(({ place }, e) => (ofEvent[e] < 0 && place.size > 0 ? [e] : []));
  const densities = () => orphans.map((e) => priorTerm(replay, events[e]));
  const parents = orphans.map(() => new Set<number>());
  redraw(replay, [], rng);
  const before = densities();
  for (let group = 0; group < numGroups; group++) {
    redraw(
      replay,
      events.filter((_, e) => ofEvent[e] === group),
      rng.foldIn(group),
    );
    densities().forEach((density, k) => {
      if (!Object.is(density, before[k])) parents[k].add(group);
    });
  }
  orphans.forEach((e, k) => {
    if (parents[k].size === 1) ofEvent[e] = [...parents[k]][0];
  });
  return parents.some(({ size }) => size === 1);
}

/** The event's log-density given its parents, at the values of the last run. */
function priorTerm({ replay }: RedrawableReplay, { instruction, term }: LatentEvent): number {
  const step = replay.steps[instruction];
  step.forward();
  return step.logTerms?.[term] ?? Number.NaN;
}
