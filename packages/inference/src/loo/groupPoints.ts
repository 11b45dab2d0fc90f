import type { Rng } from "@poolish/core";
import { logAddExp } from "@poolish/math";
import type { MaskedReplay } from "./groupOwners.ts";
import type { LatentEvent } from "./latentEvents.ts";
import type { NormalProposal } from "./normalProposal.ts";

/** A member of a plate: what is sampled for it alone, and its data. */
export interface Group {
  readonly label: string;
  readonly events: readonly LatentEvent[];
  /** Of the events' unconstrained coordinates, one event after another. */
  readonly proposal: NormalProposal;
  /** For each site, the terms of its trials, repeated as often as they count. */
  readonly terms: readonly Int32Array[];
}

/**
 * Overwrites logWeights[g] with log(likelihood · prior / mixture) at points for group g: the first half of them drawn
 * from the prior, the second from the proposal, the mixture being half of each. All groups have their own points at once.
 */
export function weighPoints(
  masked: MaskedReplay,
  groups: readonly Group[],
  rng: Rng,
  logWeights: readonly Float64Array[],
): void {
  const { replay, known, sites } = masked;
  const numPoints = logWeights[0]?.length ?? 0;
  const points = groups.map(({ proposal }) => new Float64Array(proposal.dim));
  for (let k = 0; k < numPoints; k++) {
    const isPrior = k < numPoints / 2;
    setKnown(masked, groups, !isPrior);
    groups.forEach(({ events, proposal }, g) => {
      if (isPrior) return;
      proposal.sample(rng, points[g]);
      forEachPart(events, points[g], ({ bijector, latent, size }, u) => {
        bijector.constrain(u, known.subarray(latent, latent + size));
      });
    });
    replay.run(known, rng);
    const siteTerms = sites.map((site) => site.logTerms());
    const priorTerms = latentTerms(masked, groups);
    groups.forEach((group, g) => {
      const u = points[g];
      if (isPrior) {
        forEachPart(group.events, u, ({ bijector, offset, size }, part) => {
          bijector.unconstrain(replay.values.subarray(offset, offset + size), part);
        });
      }
      const logPrior = logPriorOf(group, u, priorTerms);
      const logMixture = logAddExp(logPrior, group.proposal.logProb(u)) - Math.LN2;
      logWeights[g][k] = logPrior === -Infinity ? logPrior : logLikelihoodOf(group, siteTerms) + logPrior - logMixture;
    });
  }
}

/** The relative standard error of the mean of exp(logWeights) with logarithm `logMean`, its halves being two samples. */
export function relativeError(logWeights: Float64Array, logMean: number): number {
  const half = logWeights.length / 2;
  let variance = 0;
  for (const from of [0, half]) {
    let sum = 0;
    let squares = 0;
    for (let k = from; k < from + half; k++) {
      const weight = Math.exp(logWeights[k] - logMean);
      sum += weight;
      squares += weight * weight;
    }
    // Each half counts half in the mean; (n - 1) in place of n, since the mean is estimated.
    variance += (squares - (sum * sum) / half) / (half - 1) / half / 4;
  }
  return Math.sqrt(Math.max(variance, 0));
}

function setKnown({ isKnown }: MaskedReplay, groups: readonly Group[], areKnown: boolean): void {
  isKnown.fill(1);
  if (areKnown) return;
  for (const { events } of groups) for (const { latent, size } of events) isKnown.fill(0, latent, latent + size);
}

/** Visits each event with its part of the point `u`. */
function forEachPart(
  events: readonly LatentEvent[],
  u: Float64Array,
  visit: (event: LatentEvent, part: Float64Array) => void,
): void {
  let at = 0;
  for (const event of events) {
    const { unconstrainedSize } = event.bijector;
    visit(event, u.subarray(at, at + unconstrainedSize));
    at += unconstrainedSize;
  }
}

/** The log-densities of the groups' sites at the replay's values, by instruction. */
function latentTerms({ replay }: MaskedReplay, groups: readonly Group[]): ReadonlyMap<number, Float64Array> {
  const terms = new Map<number, Float64Array>();
  for (const { events } of groups) {
    for (const { instruction } of events) {
      if (terms.has(instruction)) continue;
      const step = replay.steps[instruction];
      step.forward();
      if (step.logTerms === undefined) throw new Error(`instruction ${instruction} of the tape has no terms`);
      terms.set(instruction, step.logTerms);
    }
  }
  return terms;
}

/** Log-density of the group's values on the unconstrained scale. */
function logPriorOf({ events }: Group, u: Float64Array, terms: ReadonlyMap<number, Float64Array>): number {
  let sum = 0;
  forEachPart(events, u, ({ bijector, instruction, term, size }, part) => {
    sum += (terms.get(instruction)?.[term] ?? Number.NaN) + bijector.constrain(part, new Float64Array(size));
  });
  return sum;
}

function logLikelihoodOf({ terms }: Group, siteTerms: readonly Float64Array[]): number {
  let sum = 0;
  for (let s = 0; s < terms.length; s++) for (const term of terms[s]) sum += siteTerms[s][term];
  return sum;
}
