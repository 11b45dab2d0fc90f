import { PoolishError } from "@poolish/core";
import { LARGEST_K_HAT, meanEffectiveSampleSize } from "@poolish/mcmc";
import { joinChains } from "../drawTable.ts";
import type { Fit } from "../fit.ts";
import { type PointwiseLogLikelihood, pointwiseLogLikelihood } from "../pointwiseLogLikelihood.ts";
import { siteNames } from "../predictive/observedSite.ts";
import { elpdOf, type UnitElpd } from "./elpdOf.ts";
import { type GroupIntegration, groupTerms } from "./groupTerms.ts";

export interface LooOptions {
  /** The observed site; needed where there are several. */
  readonly site?: string;
  /**
   * A plate whose members are left out one at a time, with all of their trials; trial by trial without it. What is
   * sampled for a member alone is integrated out: its posterior has seen the trials that are left out.
   */
  readonly group?: string;
  /** Effective draws a draw, for the weights of correlated draws; by default the mean over all scalars, as ArviZ has it. */
  readonly rEff?: number;
  /** How the integral over a group's own values is done; for `group` only. */
  readonly integration?: GroupIntegration;
}

/** Expected log pointwise predictive density (elpd) for data that were left out, one unit at a time. */
export interface Loo {
  /** The observed site; all of them, joined by "+", where groups are left out. */
  readonly site: string;
  /** "trial", or the plate whose members were left out. */
  readonly unit: string;
  /** Labels of the units: trials counted from 0, or the plate's members. */
  readonly labels: readonly string[];
  /** The sum of `pointwise`: the higher, the better the predictions. In nats. */
  readonly elpd: number;
  /** Of the elpd, from the spread over units. */
  readonly standardError: number;
  /** Effective number of parameters: how much better the units are predicted when they are not left out. */
  readonly numParameters: number;
  /** elpd of each unit. */
  readonly pointwise: Float64Array;
  /** Of each unit: above 0.7 its elpd is not to be trusted (see `psis`). */
  readonly kHat: Float64Array;
  /** Monte Carlo error of each unit's elpd that comes from integrating its own values out; 0 for trials. */
  readonly integrationError: Float64Array;
  readonly rEff: number;
  /** What was observed, by which `compare` knows the same data. */
  readonly observed: Float64Array;
  /** What a reader should know before trusting the numbers: units with a high k-hat, or a large error of integration. */
  readonly notices: readonly string[];
}

/**
 * Leave-one-out cross-validation by Pareto-smoothed importance sampling (Vehtari, Gelman & Gabry 2017, Statistics and
 * Computing 27; Vehtari et al. 2024), without refitting. With `group` it leaves out whole members of a plate and uses
 * their marginal likelihood (Merkle, Furr & Rabe-Hesketh 2019, Psychometrika 84), never the conditional one.
 * @throws PoolishError for an unknown site or plate, for a likelihood that is not normalised, and for a trial whose
 * log-likelihood is not finite at some draw.
 */
export function loo(fit: Fit, options: LooOptions = {}): Loo {
  const { group, integration } = options;
  const rEff = options.rEff ?? relativeEfficiency(fit);
  if (group !== undefined) return byGroup(fit, allSites(fit, options.site), rEff, group, integration);
  const pointwise = pointwiseLogLikelihood(fit, options);
  requireNormalised(pointwise);
  return byTrial(fit, pointwise, rEff);
}

/** What is kept of each unit. */
type UnitEstimate = Pick<UnitElpd, "elpd" | "kHat" | "logMean">;

/** A site and what was observed there; several sites joined by "+". */
type ObservedData = Pick<Loo, "site" | "observed">;

/** A group is left out with its data of all sites. */
function allSites(fit: Fit, site: string | undefined): ObservedData {
  const names = siteNames(fit.model);
  if (site !== undefined && !(names.length === 1 && names[0] === site)) {
    throw new PoolishError("a group is left out with its data of all sites", {
      kind: "input",
      field: "site",
      remedy: "Pass group alone.",
    });
  }
  const sites = names.map((name) => pointwiseLogLikelihood(fit, { site: name }));
  for (const each of sites) requireNormalised(each);
  return { site: names.join("+"), observed: joinChains(sites.map(({ observed }) => observed)) };
}

function byTrial(fit: Fit, terms: PointwiseLogLikelihood, rEff: number): Loo {
  const total = fit.numChains * fit.numDraws;
  const units = new Array<UnitEstimate>(terms.numTerms);
  for (const { first, count, values } of terms.blocks()) {
    for (let term = 0; term < count; term++) {
      const logLikelihoods = values.subarray(term * total, (term + 1) * total);
      requireFinite(terms.site, () => terms.termOfTrial.indexOf(first + term), logLikelihoods);
      // Without `errorGiven`, which would keep the whole block.
      const { elpd, kHat, logMean } = elpdOf(logLikelihoods, rEff);
      units[first + term] = { elpd, kHat, logMean };
    }
  }
  const labels = Array.from(terms.termOfTrial, (_, trial) => String(trial));
  const ofTrial = Array.from(terms.termOfTrial, (term) => units[term]);
  return assemble(terms, "trial", labels, ofTrial, new Float64Array(labels.length), rEff);
}

function byGroup(
  fit: Fit,
  data: ObservedData,
  rEff: number,
  plate: string,
  integration: GroupIntegration | undefined,
): Loo {
  const { labels, logMarginals, relativeErrors, numDraws } = groupTerms(fit, plate, integration);
  // Draws that lie further apart are less correlated.
  const spread = Math.min(Math.max(rEff, 1), (rEff * fit.numChains * fit.numDraws) / numDraws);
  const errors = new Float64Array(labels.length);
  const units = labels.map((_, g) => {
    const own = logMarginals.subarray(g * numDraws, (g + 1) * numDraws);
    requireFinite(plate, () => g, own);
    const unit = elpdOf(own, spread);
    errors[g] = unit.errorGiven(relativeErrors.subarray(g * numDraws, (g + 1) * numDraws));
    return unit;
  });
  return assemble(data, plate, labels, units, errors, spread);
}

function assemble(
  { site, observed }: ObservedData,
  unit: string,
  labels: readonly string[],
  units: readonly UnitEstimate[],
  integrationError: Float64Array,
  rEff: number,
): Loo {
  const pointwise = Float64Array.from(units, ({ elpd }) => elpd);
  const kHat = Float64Array.from(units, ({ kHat: value }) => value);
  const elpd = pointwise.reduce((sum, value) => sum + value, 0);
  return {
    ...{ site, unit, labels, elpd, pointwise, kHat, integrationError, rEff, observed },
    standardError: standardErrorOfSum(pointwise),
    numParameters: units.reduce((sum, { logMean }) => sum + logMean, 0) - elpd,
    notices: [...kHatNotice(unit, labels, kHat), ...integrationNotice(unit, labels, integrationError)],
  };
}

/** √(n · variance), with the variance over n: as ArviZ and the paper have it (equation 23 there has n for n - 1). */
export function standardErrorOfSum(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}

/** A notice names so many units. */
const NUM_NAMED = 5;

function nameSome(unit: string, labels: readonly string[]): string {
  const some = labels.slice(0, NUM_NAMED).join(", ");
  return `${unit} ${some}${labels.length > NUM_NAMED ? ` and ${labels.length - NUM_NAMED} more` : ""}`;
}

function kHatNotice(unit: string, labels: readonly string[], kHat: Float64Array): string[] {
  const bad = labels.filter((_, i) => !(kHat[i] <= LARGEST_K_HAT));
  if (bad.length === 0) return [];
  return [
    `Pareto k-hat is above ${LARGEST_K_HAT} for ${bad.length} of ${labels.length}: ${nameSome(unit, bad)}. Their elpd cannot be trusted: ` +
      "the posterior without them is too different. Refit without them, or leave out groups with fewer parameters of their own.",
  ];
}

/** Errors of integration above a tenth of a nat would decide comparisons. */
const LARGEST_INTEGRATION_ERROR = 0.1;

function integrationNotice(unit: string, labels: readonly string[], errors: Float64Array): string[] {
  const bad = labels.filter((_, i) => !(errors[i] <= LARGEST_INTEGRATION_ERROR));
  if (bad.length === 0) return [];
  return [
    `The integral over a group's own values has an error above ${LARGEST_INTEGRATION_ERROR} for ${bad.length} of ${labels.length}: ${nameSome(unit, bad)}. Pass more integration.points.`,
  ];
}

function requireNormalised({ isNormalised, site }: PointwiseLogLikelihood): void {
  if (isNormalised) return;
  throw new PoolishError("this likelihood is known up to a factor only, which may differ from trial to trial", {
    kind: "input",
    field: site,
    remedy: "Compare models by a normalised likelihood, such as one trained with nle().",
  });
}

function requireFinite(field: string, rowOf: () => number, values: Float64Array): void {
  const fault = values.find((value) => !Number.isFinite(value));
  if (fault === undefined) return;
  throw new PoolishError(`the log-likelihood is ${fault} at a draw of the posterior`, {
    kind: "numerical",
    field,
    row: rowOf(),
    remedy: "Check the fit; its draws must be able to produce the trial.",
  });
}

/**
 * Effective draws a draw: the mean over all scalars that move. 1 for draws that come from no chains, and for a single
 * chain (as ArviZ has it).
 */
function relativeEfficiency(fit: Fit): number {
  const names = fit.summary().map(({ name }) => name);
  if (fit.numChains === 1 || fit.importance !== undefined) return 1;
  const sizes = names.map((name) => meanEffectiveSampleSize(fit.draws(name))).filter((size) => !Number.isNaN(size));
  if (sizes.length === 0) return 1;
  return sizes.reduce((sum, size) => sum + size, 0) / (sizes.length * fit.numChains * fit.numDraws);
}
