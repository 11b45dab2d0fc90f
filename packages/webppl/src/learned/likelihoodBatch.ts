import { type BoundLikelihood, isOnSupport, type Likelihood, type ParameterSpec } from "@poolish/core";
import type { Scalar } from "../host/adNodes.ts";
import { sameTrials } from "./sameTrials.ts";
import { trialColumns } from "./trialColumns.ts";

/**
 * All observations of one likelihood in one run of a program, evaluated in one call. The data are bound when they are
 * first seen and again only when a run brings other data or another pattern of shared θ. An array that was observed must
 * not be written to: it is known by its identity.
 */
export interface LikelihoodBatch {
  readonly likelihood: Likelihood;
  /** Number of distinct θ rows since `clear`. */
  readonly numRows: number;
  clear(): void;
  /** Adds the trials of one observation with its θ in the order of `likelihood.parameters`. */
  push(theta: readonly Scalar[], trials: unknown): void;
  /** θ of a row, as the program gave it. */
  theta(row: number): readonly Scalar[];
  /** Σ log p over everything pushed; -Infinity where θ is off its support. Overwrites `gradient` if asked to. */
  logLikelihood(withGradient: boolean): number;
  /** ∂ log-likelihood / ∂θ, row-major, after a finite `logLikelihood(true)`. */
  readonly gradient: Float64Array;
  /** True when, at the last `logLikelihood`, some θ lay outside of the box that the likelihood was trained in. */
  readonly leftTrainingBox: boolean;
}

interface Binding {
  readonly bound: BoundLikelihood;
  readonly trials: unknown[];
  readonly rowOfEntry: readonly number[];
  readonly logTerms: Float64Array;
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
}

export function likelihoodBatch(likelihood: Likelihood): LikelihoodBatch {
  const trials: unknown[] = [];
  const rowOfEntry: number[] = [];
  const rows: (readonly Scalar[])[] = [];
  let numEntries = 0;
  let numRows = 0;
  let leftTrainingBox = false;
  let binding: Binding | undefined;

  return {
    likelihood,
    get numRows() {
      return numRows;
    },
    get gradient() {
      return binding === undefined ? new Float64Array(0) : binding.gradient;
    },
    get leftTrainingBox() {
      return leftTrainingBox;
    },
    clear() {
      numEntries = 0;
      numRows = 0;
      leftTrainingBox = false;
    },
    push(theta, observed) {
      // Neighbours with the very same θ share a row: a program that observes trial by trial pays for its groups only.
      if (numRows === 0 || !isSameTheta(rows[numRows - 1], theta)) rows[numRows++] = theta;
      rowOfEntry[numEntries] = numRows - 1;
      trials[numEntries++] = observed;
    },
    theta: (row) => rows[row],
    logLikelihood(withGradient) {
      rows.length = numRows;
      trials.length = numEntries;
      rowOfEntry.length = numEntries;
      if (binding === undefined || !isSameData(binding, trials, rowOfEntry)) {
        binding = bind(likelihood, trials, rowOfEntry, numRows);
      }
      copyTheta(rows, binding.theta);
      leftTrainingBox = !everyTheta(likelihood.parameters, binding.theta, isInTrainingBox);
      const isPossible = everyTheta(likelihood.parameters, binding.theta, isOnParameterSupport);
      return isPossible ? evaluate(binding, withGradient) : -Infinity;
    },
  };
}

function copyTheta(rows: readonly (readonly Scalar[])[], theta: Float64Array): void {
  for (let row = 0, next = 0; row < rows.length; row++) {
    const values = rows[row];
    for (let p = 0; p < values.length; p++) {
      const value = values[p];
      theta[next++] = typeof value === "number" ? value : value.x;
    }
  }
}

function everyTheta(
  parameters: readonly ParameterSpec[],
  theta: Float64Array,
  isFine: (parameter: ParameterSpec, value: number) => boolean,
): boolean {
  for (let i = 0; i < theta.length; i++) if (!isFine(parameters[i % parameters.length], theta[i])) return false;
  return true;
}

function isInTrainingBox({ box }: ParameterSpec, value: number): boolean {
  return value >= box[0] && value <= box[1];
}

function isOnParameterSupport({ support }: ParameterSpec, value: number): boolean {
  return isOnSupport(support, value);
}

function isSameTheta(a: readonly Scalar[], b: readonly Scalar[]): boolean {
  for (let p = 0; p < a.length; p++) if (a[p] !== b[p]) return false;
  return true;
}

/** True when `trials` are those of the binding; remembers arrays that are new but equal, so as to know them next time. */
function isSameData(binding: Binding, trials: readonly unknown[], rowOfEntry: readonly number[]): boolean {
  if (binding.trials.length !== trials.length) return false;
  for (let i = 0; i < trials.length; i++) {
    if (binding.rowOfEntry[i] !== rowOfEntry[i]) return false;
    if (binding.trials[i] === trials[i]) continue;
    if (!sameTrials(binding.trials[i], trials[i])) return false;
    binding.trials[i] = trials[i];
  }
  return true;
}

function bind(
  likelihood: Likelihood,
  trials: readonly unknown[],
  rowOfEntry: readonly number[],
  numRows: number,
): Binding {
  const { columns, group } = trialColumns(likelihood, trials);
  const bound = likelihood.bind(
    columns,
    group.map((entry) => rowOfEntry[entry]),
    numRows,
  );
  const size = numRows * likelihood.parameters.length;
  return {
    bound,
    trials: [...trials],
    rowOfEntry: [...rowOfEntry],
    logTerms: new Float64Array(bound.numTerms),
    theta: new Float64Array(size),
    gradient: new Float64Array(size),
  };
}

function evaluate({ bound, theta, logTerms, gradient }: Binding, withGradient: boolean): number {
  const { multiplicity } = bound;
  bound.evaluate(theta, logTerms);
  let sum = 0;
  for (let i = 0; i < logTerms.length; i++) sum += multiplicity[i] * logTerms[i];
  if (withGradient && Number.isFinite(sum)) {
    gradient.fill(0);
    bound.pullback(multiplicity, gradient);
  }
  return sum;
}
