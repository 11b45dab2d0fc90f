import { PoolishError } from "@poolish/core";
import type { BoxShare } from "./boxShares.ts";
import type { Extrapolation } from "./extrapolation.ts";
import type { ImprobableTrials } from "./improbableTrials.ts";
import type { OffSupportTrials } from "./offSupportTrials.ts";
import type { PriorDeparture } from "./priorDepartures.ts";
import type { ExtrapolationThresholds } from "./thresholds.ts";

/** Rows that a notice names. */
const LISTED = 5;

const TRIAL_REMEDY =
  "Look at these rows (units, codes, slips) and leave out what is wrong, or let them be lapses: learned(likelihood, parts, { lapse }).";

/** What a reader should know, boxes first. */
export function extrapolationNotices(
  { boxes, offSupport, improbable, priors }: Extrapolation,
  { noticeAbove, errorAbove }: Required<ExtrapolationThresholds>,
): string[] {
  return [
    ...boxes
      .filter(({ share }) => share > noticeAbove)
      .map((box) => {
        const verdict = box.share > errorAbove ? "Not to be trusted: " : "";
        return `${verdict}${describeBox(box)}. ${boxRemedy(box)}`;
      }),
    ...offSupport.flatMap((bound) => describeTrials(bound, noticeAbove)),
    ...improbable.flatMap(describeImprobable),
    ...priors.flatMap((prior) => describeDeparture(prior, noticeAbove)),
  ];
}

/** @throws PoolishError for the parameter that was beyond its box the most, if that is above the error threshold. */
export function requireInside({ boxes }: Extrapolation, { errorAbove }: Required<ExtrapolationThresholds>): void {
  const worst = boxes.reduce<BoxShare | undefined>(
    (top, box) => (box.share > (top?.share ?? errorAbove) ? box : top),
    undefined,
  );
  if (worst === undefined) return;
  throw new PoolishError(describeBox(worst), {
    kind: "numerical",
    field: `${worst.site}.${worst.parameter}`,
    remedy: `${boxRemedy(worst)} The fit can be inspected as it is; extrapolation: { errorAbove } of infer moves the limit of ${percent(errorAbove)}.`,
  });
}

function describeBox({ site, parameter, share, below, where, overall, box: [lower, upper] }: BoxShare): string {
  const side = below === share ? "below" : below === 0 ? "above" : "outside of";
  const average = where === "all trials" || overall === share ? "" : `, ${percent(overall)} over all of ${site}`;
  return `${percent(share)} of draws have ${parameter} of ${site} ${side} the box [${lower}, ${upper}] that its likelihood was trained in (${where}${average}), where the likelihood is a guess`;
}

function boxRemedy({ parameter, isGuarded }: BoxShare): string {
  const held = isGuarded ? " More draws would leave if the guard did not hold them back." : "";
  return `Train on simulations with a wider range of ${parameter} (or refine the fit), check the units of data and predictors (standardise predictors), or narrow the prior of ${parameter}.${held}`;
}

function describeTrials(
  { site, column, parameter, side, numTrials, trials }: OffSupportTrials,
  above: number,
): string[] {
  const off = trials.filter(({ share }) => share > above);
  if (off.length === 0) return [];
  const listed = off.slice(0, LISTED).map(({ row, share }) => `${row}: ${percent(share)}`);
  const rows = `${off.length === 1 ? "row" : "rows"} ${listed.join(", ")}${off.length > LISTED ? ", …" : ""}`;
  return [
    `${off.length} of ${numTrials} trials of ${site} have ${column} ${side} ${parameter}, where the simulator cannot go (share of draws by ${rows}). ${TRIAL_REMEDY}`,
  ];
}

function describeImprobable({ site, numTrials, median, trials }: ImprobableTrials): string[] {
  if (trials.length === 0) return [];
  const listed = trials.slice(0, LISTED).map(({ row, logLikelihood }) => `${row}: ${logLikelihood.toFixed(0)}`);
  const rows = `${trials.length === 1 ? "row" : "rows"} ${listed.join(", ")}${trials.length > LISTED ? ", …" : ""}`;
  return [
    `${trials.length} of ${numTrials} trials of ${site} are next to impossible for the likelihood (log-density of ${rows}; the median trial has ${median.toFixed(1)}), and one such trial can move a parameter against all others. ${TRIAL_REMEDY}`,
  ];
}

function describeDeparture({ site, share, parameters }: PriorDeparture, above: number): string[] {
  const far = parameters.filter((parameter) => parameter.share > above);
  if (share <= above && far.length === 0) return [];
  const each = far.slice(0, LISTED).map((parameter) => {
    const side = parameter.below > 0.5 * parameter.share ? "below" : "above";
    return `${parameter.name} ${percent(parameter.share)}, ${side} it`;
  });
  const alone = each.length === 0 ? "no parameter by itself" : `${each.join("; ")}${far.length > LISTED ? "; …" : ""}`;
  return [
    `The posterior leaves the learned prior ${site}: ${percent(share)} of draws lie where its density is below its 0.1 % quantile (beyond its central 99.9 %: ${alone}). There it was learned from next to nothing: its data and these disagree, or its spread is too small. Look at both stages by themselves, or fit their data at once.`,
  ];
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} %`;
}
