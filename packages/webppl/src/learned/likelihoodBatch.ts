import type { Likelihood } from "@poolish/core";
import type { Scalar } from "../host/adNodes.ts";
import { type BoundBatch, boundBatch } from "./boundBatch.ts";
import { sameTrials } from "./sameTrials.ts";
import { type ObservedGroup, trialColumns } from "./trialColumns.ts";

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
  push(theta: readonly Scalar[], trials: unknown, conditions?: unknown): void;
  /** θ of a row, as the program gave it. */
  theta(row: number): readonly Scalar[];
  /** Σ log p over everything pushed; -Infinity where θ is off its support. Overwrites `gradient` if asked to. */
  logLikelihood(withGradient: boolean): number;
  /** ∂ log-likelihood / ∂θ, row-major, after a finite `logLikelihood(true)`. */
  readonly gradient: Float64Array;
  /** True when, at the last `logLikelihood`, some θ lay outside of the box that the likelihood was trained in. */
  readonly leftTrainingBox: boolean;
  /** What was pushed, bound to the data; later pushes of other data do not change it. */
  bound(): BoundBatch;
}

interface Binding {
  readonly batch: BoundBatch;
  readonly groups: ObservedGroup[];
  readonly rowOfEntry: readonly number[];
}

export function likelihoodBatch(likelihood: Likelihood): LikelihoodBatch {
  const groups: ObservedGroup[] = [];
  const rowOfEntry: number[] = [];
  const rows: (readonly Scalar[])[] = [];
  let numEntries = 0;
  let numRows = 0;
  let leftTrainingBox = false;
  let binding: Binding | undefined;

  function currentBatch(): BoundBatch {
    rows.length = numRows;
    groups.length = numEntries;
    rowOfEntry.length = numEntries;
    if (binding === undefined || !isSameData(binding, groups, rowOfEntry)) {
      const own = [...rowOfEntry];
      const batch = boundBatch(likelihood, trialColumns(likelihood, groups), own, numRows);
      binding = { batch, groups: [...groups], rowOfEntry: own };
    }
    return binding.batch;
  }

  return {
    likelihood,
    get numRows() {
      return numRows;
    },
    get gradient() {
      return binding === undefined ? new Float64Array(0) : binding.batch.gradient;
    },
    get leftTrainingBox() {
      return leftTrainingBox;
    },
    clear() {
      numEntries = 0;
      numRows = 0;
      leftTrainingBox = false;
    },
    push(theta, trials, conditions) {
      // Neighbours with the very same θ share a row: a program that observes trial by trial pays for its groups only.
      if (numRows === 0 || !isSameTheta(rows[numRows - 1], theta)) rows[numRows++] = theta;
      rowOfEntry[numEntries] = numRows - 1;
      groups[numEntries++] = { trials, conditions };
    },
    theta: (row) => rows[row],
    bound: currentBatch,
    logLikelihood(withGradient) {
      const batch = currentBatch();
      copyTheta(rows, batch.theta);
      leftTrainingBox = batch.leavesTrainingBox();
      return batch.logLikelihood(withGradient);
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

function isSameTheta(a: readonly Scalar[], b: readonly Scalar[]): boolean {
  for (let p = 0; p < a.length; p++) if (a[p] !== b[p]) return false;
  return true;
}

/** True when `trials` are those of the binding; remembers arrays that are new but equal, so as to know them next time. */
function isSameData(binding: Binding, groups: readonly ObservedGroup[], rowOfEntry: readonly number[]): boolean {
  if (binding.groups.length !== groups.length) return false;
  for (let i = 0; i < groups.length; i++) {
    if (binding.rowOfEntry[i] !== rowOfEntry[i]) return false;
    const [known, group] = [binding.groups[i], groups[i]];
    if (known.trials === group.trials && known.conditions === group.conditions) continue;
    if (!sameTrials(known.trials, group.trials) || !sameTrials(known.conditions, group.conditions)) return false;
    binding.groups[i] = group;
  }
  return true;
}
