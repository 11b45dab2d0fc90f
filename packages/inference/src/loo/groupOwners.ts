import { PoolishError, type Rng } from "@poolish/core";
import type { ObservedSite } from "../predictive/observedSite.ts";
import { eventOwners, type RedrawableReplay, redraw } from "./eventOwners.ts";
import type { LatentEvent } from "./latentEvents.ts";

/** Who belongs to which member of a plate. */
export interface GroupOwners {
  /** The group of each event, or -1 for those that groups share. */
  readonly ofEvent: Int32Array;
  /** For each site, the group of each trial, or -1 for trials that depend on no member of the plate. */
  readonly ofTrial: readonly Int32Array[];
}

/** What `findOwners` moves. */
export interface MaskedReplay extends RedrawableReplay {
  readonly sites: readonly ObservedSite[];
}

/**
 * Finds out by moving: values of a member are drawn anew, and the trials whose log-likelihood changes are its trials.
 * Values on other plates (nested ones) belong to the group that alone changes their own prior density, or that alone changes
 * with them; to nobody when several do.
 * @throws PoolishError for a trial that depends on two members of the plate.
 */
export function findOwners(
  masked: MaskedReplay,
  events: readonly LatentEvent[],
  plate: string,
  numGroups: number,
  rng: Rng,
): GroupOwners {
  const ofEvent = eventOwners(masked, events, plate, numGroups, rng);
  const ofTrial = masked.sites.map(({ numTrials }) => new Int32Array(numTrials).fill(-1));
  const before = termsOf(masked, [], rng);
  for (let group = 0; group < numGroups; group++) {
    const own = events.filter((_, e) => ofEvent[e] === group);
    const after = termsOf(masked, own, rng.foldIn(group));
    masked.sites.forEach(({ site, termOfTrial }, s) => {
      for (let trial = 0; trial < termOfTrial.length; trial++) {
        if (Object.is(before[s][termOfTrial[trial]], after[s][termOfTrial[trial]])) continue;
        if (ofTrial[s][trial] >= 0) refuseShared(site, trial, plate);
        ofTrial[s][trial] = group;
      }
    });
  }
  events.forEach((event, e) => {
    if (ofEvent[e] >= 0 || event.place.size === 0) return;
    const after = termsOf(masked, [event], rng.foldIn(numGroups + e));
    const touched = new Set<number>();
    masked.sites.forEach(({ termOfTrial }, s) => {
      for (let trial = 0; trial < termOfTrial.length; trial++) {
        if (!Object.is(before[s][termOfTrial[trial]], after[s][termOfTrial[trial]])) touched.add(ofTrial[s][trial]);
      }
    });
    if (touched.size === 1) ofEvent[e] = [...touched][0];
  });
  return { ofEvent, ofTrial };
}

/** All sites' terms with `redrawn` events drawn from their priors, all others as known. */
function termsOf(masked: MaskedReplay, redrawn: readonly LatentEvent[], rng: Rng) {
  redraw(masked, redrawn, rng);
  return masked.sites.map((site) => site.logTerms().slice());
}

function refuseShared(field: string, row: number, plate: string): never {
  throw new PoolishError(`this trial depends on two members of ${plate}, of which one alone cannot be left out`, {
    kind: "model",
    field,
    row,
    remedy: "Leave out trials, or members of another plate.",
  });
}
