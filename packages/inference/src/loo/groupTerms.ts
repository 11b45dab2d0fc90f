import { PoolishError, type Rng, requireCount, rngFromSeed } from "@poolish/core";
import { logSumExp } from "@poolish/math";
import type { Fit } from "../fit.ts";
import { positionOf, spreadDraw } from "../predictive/fitDraws.ts";
import { countLatents, latentSites } from "../predictive/latentSites.ts";
import { observedSite, siteNames } from "../predictive/observedSite.ts";
import { createReplay } from "../predictive/replay.ts";
import { findOwners, type GroupOwners, type MaskedReplay } from "./groupOwners.ts";
import { type Group, relativeError, weighPoints } from "./groupPoints.ts";
import { type LatentEvent, latentEvents } from "./latentEvents.ts";
import { normalProposal } from "./normalProposal.ts";

/** How the integral over a group's own values is done. */
export interface GroupIntegration {
  /** Points for each posterior draw; 100 by default, at least 20. Half of them come from the prior. */
  readonly points?: number;
  /** Posterior draws, spread evenly over all chains; 1000 by default, or as many as there are. */
  readonly draws?: number;
  /** 0 by default. */
  readonly seed?: number;
}

/** Marginal log-likelihoods of groups: groups × numDraws. Groups without trials are left out. */
export interface GroupTerms {
  readonly labels: readonly string[];
  readonly numDraws: number;
  readonly logMarginals: Float64Array;
  /** Relative standard error of each marginal likelihood. */
  readonly relativeErrors: Float64Array;
}

/**
 * p(data of a group | what groups share) = ∫ p(data | z) p(z | shared) dz over the group's own values z, at posterior
 * draws of what is shared. Importance sampling with a defensive mixture (Hesterberg 1995, Technometrics 37): one half of
 * the points from the prior given the draw, the other from a normal with the moments of the posterior of z, so that no
 * weight exceeds twice the likelihood, and diffuse priors do not waste the points. All sites' data are left out together.
 * @throws PoolishError for an unknown plate, a model with factors, a trial of two members, and options out of range.
 */
export function groupTerms(fit: Fit, plate: string, integration: GroupIntegration = {}): GroupTerms {
  const { points = 100, draws = 1000, seed = 0 } = integration;
  requireCount("integration.points", points, 20);
  requireCount("integration.draws", draws, 100);
  requireCount("integration.seed", seed, 0);
  refuseFactors(fit);
  refuseLearnedPriors(fit);
  const rng = rngFromSeed(seed);
  const isKnown = new Uint8Array(countLatents(latentSites(fit.model)));
  const replay = createReplay(fit, isKnown);
  const sites = siteNames(fit.model).map((name) => observedSite(replay, fit.likelihoods, name));
  const masked: MaskedReplay = { replay, isKnown, known: new Float64Array(replay.numLatents), sites };
  replay.latentsAt(positionOf(fit, 0), masked.known);
  const groups = findGroups(fit, masked, plate, rng.foldIn(0));
  const numDraws = Math.min(draws, fit.numChains * fit.numDraws);
  const logMarginals = new Float64Array(groups.length * numDraws);
  const relativeErrors = new Float64Array(groups.length * numDraws);
  const half = Math.ceil(points / 2);
  const logWeights = groups.map(() => new Float64Array(2 * half));
  for (let s = 0; s < numDraws; s++) {
    replay.latentsAt(positionOf(fit, spreadDraw(fit, s, numDraws)), masked.known);
    weighPoints(masked, groups, rng.foldIn(1 + s), logWeights);
    logWeights.forEach((own, g) => {
      const at = g * numDraws + s;
      logMarginals[at] = logSumExp(own) - Math.log(own.length);
      relativeErrors[at] = relativeError(own, logMarginals[at]);
    });
  }
  return { labels: groups.map(({ label }) => label), numDraws, logMarginals, relativeErrors };
}

function findGroups(fit: Fit, masked: MaskedReplay, plate: string, rng: Rng): readonly Group[] {
  const events = latentEvents(fit.model);
  const labels = fit.model.coords[plate] ?? [];
  if (!events.some(({ place }) => place.has(plate)) || labels.length === 0) {
    throw new PoolishError("nothing is sampled on a plate of that name", {
      kind: "input",
      field: plate,
      remedy: `The plates are ${Object.keys(fit.model.coords).join(", ") || "none"}.`,
    });
  }
  const owners = findOwners(masked, events, plate, labels.length, rng);
  const groups = labels.map((label, group) => groupOf(fit, masked, owners, events, label, group));
  const withTrials = groups.filter(({ terms }) => terms.some(({ length }) => length > 0));
  if (withTrials.length > 0) return withTrials;
  throw new PoolishError("no trial depends on a member of that plate", {
    kind: "model",
    field: plate,
    remedy: "Leave out trials, or members of another plate.",
  });
}

function groupOf(
  fit: Fit,
  { sites }: MaskedReplay,
  { ofEvent, ofTrial }: GroupOwners,
  events: readonly LatentEvent[],
  label: string,
  group: number,
): Group {
  const own = events.filter((_, e) => ofEvent[e] === group);
  const terms = sites.map(({ termOfTrial }, s) => termOfTrial.filter((_, trial) => ofTrial[s][trial] === group));
  const coordinates = own.flatMap(({ coordinate, bijector: { unconstrainedSize } }) =>
    Array.from({ length: unconstrainedSize }, (_, i) => coordinate + i),
  );
  const { dim } = fit.model.layout;
  const rows = new Float64Array(fit.numChains * fit.numDraws * coordinates.length);
  let at = 0;
  for (let chain = 0; chain < fit.numChains; chain++) {
    const positions = fit.positions(chain);
    for (let n = 0; n < fit.numDraws; n++) for (const i of coordinates) rows[at++] = positions[n * dim + i];
  }
  return { label, events: own, terms, proposal: normalProposal(rows, coordinates.length) };
}

/** Their density is of several values together, of which the integral takes one after another. */
function refuseLearnedPriors({ model }: Fit): void {
  const prior = model.instructions.find((each) => each.op === "learnedPrior" && each.densities.length > 1);
  if (prior?.op !== "learnedPrior") return;
  throw new PoolishError("values on a plate have a learned prior, over which no group is integrated", {
    kind: "model",
    field: prior.site,
    remedy: "Leave out trials.",
  });
}

function refuseFactors({ model }: Fit): void {
  if (!model.instructions.some(({ op }) => op === "factor")) return;
  throw new PoolishError("the model has factors, of which nobody knows what group they belong to", {
    kind: "model",
    field: model.name,
    remedy: "Write them as observations, or leave out trials.",
  });
}
