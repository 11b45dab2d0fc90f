import type { Columns, Likelihood } from "@poolish/core";
import { observedLikelihood } from "../learned/observedLikelihood.ts";
import { isConstantSlot, type RowPart } from "../tape/instruction.ts";
import { gatherTheta } from "../tape/learnedStep.ts";
import type { CompiledModel } from "./compiledModel.ts";

/** θ rows that a network sees at once, at most: its matrix products gain little beyond. */
const MOST_ROWS = 256;
/** Copies of the data that a batch may hold, in trials. */
const MOST_TRIALS = 65_536;

/** One learned observation, tied to the data of `capacity` positions at once. */
export interface LearnedBatch {
  /** Takes the θ rows of position number `b` from a replayed tape. */
  gather(values: Float64Array, b: number): void;
  /** Runs the likelihood for all positions; ones that were not gathered repeat the first or keep an earlier θ. */
  evaluate(): void;
  /** The log-likelihood of position `b` at the last `evaluate`. */
  logLikelihood(b: number): number;
  /** The gradients of all positions at the last `evaluate`. */
  pullback(): void;
  /** Adds the gradient of position `b` to a tape's adjoints. */
  addGradient(b: number, adjoints: Float64Array): void;
}

/** How many positions fit into one call of each learned likelihood of `model`; at least 1. */
export function batchCapacity({ observations }: CompiledModel): number {
  const rows = Math.max(1, ...observations.map(({ numRows }) => numRows));
  const trials = Math.max(1, ...observations.map(({ row }) => row.length));
  return Math.max(1, Math.floor(Math.min(MOST_ROWS / rows, MOST_TRIALS / trials)));
}

/** The learned observations of `model`, each bound to `capacity` copies of its data. */
export function learnedBatches(
  model: CompiledModel,
  likelihoods: readonly Likelihood[],
  capacity: number,
): LearnedBatch[] {
  return model.instructions.flatMap((instruction) =>
    instruction.op === "learned"
      ? [learnedBatch(model, likelihoods, instruction.observation, instruction.parts, capacity)]
      : [],
  );
}

function learnedBatch(
  { observations, layout }: CompiledModel,
  likelihoods: readonly Likelihood[],
  observation: number,
  parts: readonly RowPart[],
  capacity: number,
): LearnedBatch {
  const { likelihood, columns, row, numRows } = observations[observation];
  const rows = Int32Array.from({ length: capacity * row.length }, (_, i) => {
    return numRows * Math.floor(i / row.length) + row[i % row.length];
  });
  const explanation = observedLikelihood(likelihoods[likelihood], observations[observation]);
  const bound = explanation.bind(repeated(columns, capacity), rows, capacity * numRows);
  const width = parts.length;
  const theta = new Float64Array(capacity * numRows * width);
  const thetaGradient = new Float64Array(theta.length);
  const logTerms = new Float64Array(bound.numTerms);
  const positionOfTerm = new Int32Array(bound.numTerms);
  for (let i = 0; i < rows.length; i++) positionOfTerm[bound.termOfTrial[i]] = Math.floor(i / row.length);
  const sums = new Float64Array(capacity);
  const blockOf = (values: Float64Array, b: number) => values.subarray(b * numRows * width, (b + 1) * numRows * width);
  const blocks = Array.from({ length: capacity }, (_, b) => blockOf(theta, b));
  const isConstant = parts.map(({ slot }) => isConstantSlot(layout, slot));
  return {
    gather(values, b) {
      gatherTheta(values, parts, numRows, blocks[b]);
      // Positions beyond the last one of a first, short batch need a θ on the support.
      if (b === 0) for (let other = 1; other < capacity; other++) blocks[other].set(blocks[0]);
    },
    evaluate() {
      bound.evaluate(theta, logTerms);
      sums.fill(0);
      for (let i = 0; i < logTerms.length; i++) sums[positionOfTerm[i]] += bound.multiplicity[i] * logTerms[i];
    },
    logLikelihood: (b) => sums[b],
    pullback() {
      thetaGradient.fill(0);
      bound.pullback(bound.multiplicity, thetaGradient);
    },
    addGradient(b, adjoints) {
      for (let p = 0; p < width; p++) {
        if (isConstant[p]) continue;
        const { slot, index } = parts[p];
        for (let r = 0; r < numRows; r++) {
          adjoints[slot.offset + index[r]] += thetaGradient[(b * numRows + r) * width + p];
        }
      }
    },
  };
}

function repeated(columns: Readonly<Record<string, Float64Array>>, times: number): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const copies = new Float64Array(times * column.length);
      for (let k = 0; k < times; k++) copies.set(column, k * column.length);
      return [name, copies];
    }),
  );
}
