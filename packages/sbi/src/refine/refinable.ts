import { type Likelihood, PoolishError, type Simulator } from "@poolish/core";
import type { Estimator } from "@poolish/estimators";
import { type Fit, type LearnedRows, learnedRows } from "@poolish/inference";

/** What is refined: one of the fit's likelihoods, and the sites whose data it explains. */
export interface Refinable {
  /** Its place among the fit's likelihoods. */
  readonly index: number;
  readonly estimator: Estimator;
  readonly sites: readonly LearnedRows[];
}

/**
 * The estimator that explains `site`, or the only one that has the simulator's parameters, columns and conditions.
 * @throws PoolishError when there is none, when there are several, or when it was not trained here.
 */
export function findRefinable(fit: Fit, simulator: Simulator, site: string | undefined): Refinable {
  const { observations } = fit.model;
  const candidates =
    site === undefined
      ? fit.likelihoods.flatMap((likelihood, k) =>
          describeProblem(likelihood) === describeProblem(simulator) ? [k] : [],
        )
      : [learnedRows(fit, site).likelihood];
  if (candidates.length !== 1) refuseCandidates(fit, simulator, candidates.length);
  const [index] = candidates;
  const likelihood = fit.likelihoods[index];
  if (describeProblem(likelihood) !== describeProblem(simulator)) refuseCandidates(fit, simulator, 0);
  if (!isEstimator(likelihood)) {
    refuse(
      "fit",
      "its likelihood was not trained, so that there is nothing to train on",
      "Refine a trained estimator.",
    );
  }
  const sites = observations.filter((each) => each.likelihood === index).map((each) => learnedRows(fit, each.site));
  return { index, estimator: likelihood, sites };
}

function isEstimator(likelihood: Likelihood): likelihood is Estimator {
  return "spec" in likelihood && "weights" in likelihood;
}

/** Parameters, columns and conditions in one line. */
function describeProblem({ parameters, columns, conditions = [] }: Likelihood | Simulator): string {
  const names = parameters.map((parameter) => (typeof parameter === "string" ? parameter : parameter.name));
  const known = conditions.length === 0 ? "" : ` given ${conditions.map(({ name }) => name).join(", ")}`;
  return `${columns.map(({ name }) => name).join(", ")} of ${names.join(", ")}${known}`;
}

function refuseCandidates({ likelihoods }: Fit, simulator: Simulator, count: number): never {
  const ours = `the simulator draws ${describeProblem(simulator)}`;
  const theirs = likelihoods.map((each) => describeProblem(each)).join("; ") || "nothing";
  if (count === 0)
    refuse("simulator", `${ours}, the fit's likelihoods explain ${theirs}`, "Pass the simulator of one.");
  refuse(
    "site",
    `${ours}, as several likelihoods of the fit do`,
    "Name the observed site whose likelihood is refined.",
  );
}

function refuse(field: string, message: string, remedy: string): never {
  throw new PoolishError(message, { kind: "input", field, remedy });
}
