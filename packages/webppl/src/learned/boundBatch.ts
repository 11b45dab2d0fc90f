import {
  type BoundLikelihood,
  type DensityDescriptor,
  isOnSupport,
  type Likelihood,
  type LikelihoodDescriptor,
  type ParameterSpec,
} from "@poolish/core";
import type { TrialColumns } from "./trialColumns.ts";

/** A `BoundTerm` as data that survives structured cloning: all trials of a likelihood, or a learned prior. */
export type TermDescriptor =
  | {
      readonly kind: "trials";
      readonly likelihood: LikelihoodDescriptor;
      readonly trials: TrialColumns;
      readonly rowOfGroup: readonly number[];
      readonly numRows: number;
    }
  | { readonly kind: "prior"; readonly density: DensityDescriptor };

/** A term of a log-density that a learned density gives, with its derivatives. */
export interface BoundTerm {
  /** numRows × numParameters, row-major: written by the caller before `logLikelihood`. */
  readonly theta: Float64Array;
  /** Σ log p at `theta`; -Infinity where some θ is off its support. Overwrites `gradient` if asked to. */
  logLikelihood(withGradient: boolean): number;
  /** ∂ log-likelihood / ∂θ, in the shape of `theta`, after a finite `logLikelihood(true)`. */
  readonly gradient: Float64Array;
  /** True when `theta` leaves the box that a likelihood was trained in. */
  leavesTrainingBox?(): boolean;
  /** Plain data from which the same term is revived in a thread; undefined where that is not possible. */
  toDescriptor(): TermDescriptor | undefined;
}

/** All trials of one likelihood, bound to their rows of θ. */
export interface BoundBatch extends BoundTerm {
  leavesTrainingBox(): boolean;
}

/** Binds `trials`, where `rowOfGroup` says which row of θ each of their groups has. */
export function boundBatch(
  likelihood: Likelihood,
  trials: TrialColumns,
  rowOfGroup: readonly number[],
  numRows: number,
): BoundBatch {
  const { parameters } = likelihood;
  const { columns, group } = trials;
  const row = group.map((entry) => rowOfGroup[entry]);
  const bound: BoundLikelihood = likelihood.bind(columns, row, numRows);
  const { multiplicity } = bound;
  const logTerms = new Float64Array(bound.numTerms);
  const theta = new Float64Array(numRows * parameters.length);
  const gradient = new Float64Array(theta.length);
  return {
    theta,
    gradient,
    toDescriptor() {
      const descriptor = likelihood.toDescriptor();
      if (descriptor.kind === "inline") return undefined;
      return { kind: "trials", likelihood: descriptor, trials, rowOfGroup, numRows };
    },
    leavesTrainingBox: () => !everyTheta(parameters, theta, isInTrainingBox),
    logLikelihood(withGradient) {
      if (!everyTheta(parameters, theta, isOnParameterSupport)) return -Infinity;
      if (withGradient) gradient.fill(0);
      if (withGradient && bound.evaluateWithGradient) {
        bound.evaluateWithGradient(theta, multiplicity, logTerms, gradient);
      } else bound.evaluate(theta, logTerms);
      let sum = 0;
      for (let i = 0; i < logTerms.length; i++) sum += multiplicity[i] * logTerms[i];
      if (withGradient && !bound.evaluateWithGradient && Number.isFinite(sum)) bound.pullback(multiplicity, gradient);
      return sum;
    },
  };
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
