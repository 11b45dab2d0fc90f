import type { BoundLikelihood, Likelihood } from "@poolish/core";
import { barrier, barrierSlope } from "./barrier.ts";
import { evaluateInRuns } from "./evaluateInRuns.ts";
import { rowOfTerm } from "./rowOfTerm.ts";
import { boxEdges } from "./trainingBox.ts";

/**
 * The likelihood times a smooth barrier beyond the box that it was trained in (see `barrier`), for each θ row, whose
 * trials share it evenly; itself where no parameter has an edge that it could cross. Inside the box nothing changes.
 */
export function guarded(likelihood: Likelihood): Likelihood {
  const edges = likelihood.parameters.map(boxEdges);
  if (edges.every(({ lower, upper }) => lower === -Infinity && upper === Infinity)) return likelihood;
  const lower = Float64Array.from(edges, (edge) => edge.lower);
  const upper = Float64Array.from(edges, (edge) => edge.upper);
  const widths = Float64Array.from(edges, (edge) => edge.width);
  return {
    ...likelihood,
    bind: (columns, row, numRows) =>
      guardBound(likelihood.bind(columns, row, numRows), row, numRows, { lower, upper, widths }),
  };
}

interface Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly widths: Float64Array;
}

function guardBound(bound: BoundLikelihood, row: Int32Array, numRows: number, box: Box): BoundLikelihood {
  const { numTerms, multiplicity, termOfTrial } = bound;
  const inRuns = evaluateInRuns(bound);
  const rowBarriers = createRowBarriers(rowOfTerm(bound, row), row, numRows, box);
  return {
    numTerms,
    multiplicity,
    termOfTrial,
    evaluate(theta, logTerms) {
      bound.evaluate(theta, logTerms);
      rowBarriers.measure(theta);
      rowBarriers.add(logTerms, 0, numTerms);
    },
    pullback(adjoint, thetaGradient) {
      bound.pullback(adjoint, thetaGradient);
      rowBarriers.pullback(adjoint, thetaGradient);
    },
    ...(inRuns && {
      evaluateWithGradient(theta, adjoint, logTerms, thetaGradient, beforePullback) {
        rowBarriers.measure(theta);
        const between = (first: number, end: number): void => {
          rowBarriers.add(logTerms, first, end);
          beforePullback?.(first, end);
        };
        inRuns(theta, adjoint, logTerms, thetaGradient, between);
        rowBarriers.pullback(adjoint, thetaGradient);
      },
    }),
  };
}

/** The barriers of all rows, which their trials share evenly. */
interface RowBarriers {
  /** Takes θ rows. */
  measure(theta: Float64Array): void;
  /** ADDS the shares of the terms from `first` to `end` − 1. */
  add(logTerms: Float64Array, first: number, end: number): void;
  /** ADDS the gradient at the last `measure`. */
  pullback(adjoint: Float64Array, thetaGradient: Float64Array): void;
}

/** `rows` are those of terms, `row` those of trials. */
function createRowBarriers(rows: Int32Array, row: Int32Array, numRows: number, box: Box): RowBarriers {
  const { widths } = box;
  const numParameters = widths.length;
  /** 1 / trials of the row. */
  const share = new Float64Array(numRows);
  for (let i = 0; i < row.length; i++) share[row[i]]++;
  for (let r = 0; r < numRows; r++) share[r] = 1 / share[r];
  const rowBarrier = new Float64Array(numRows);
  const rowAdjoint = new Float64Array(numRows);
  /** Signed distances beyond the box, in widths, at the last `measure`: numRows × numParameters. */
  const excess = new Float64Array(numRows * numParameters);
  let isOutside = false;
  return {
    measure(theta) {
      isOutside = measure(box, theta, excess, rowBarrier);
    },
    add(logTerms, first, end) {
      if (!isOutside) return;
      for (let i = first; i < end; i++) logTerms[i] += rowBarrier[rows[i]] * share[rows[i]];
    },
    pullback(adjoint, thetaGradient) {
      if (!isOutside) return;
      rowAdjoint.fill(0);
      for (let i = 0; i < rows.length; i++) rowAdjoint[rows[i]] += adjoint[i];
      for (let r = 0; r < numRows; r++) {
        for (let p = 0; p < numParameters; p++) {
          const k = r * numParameters + p;
          if (excess[k] === 0) continue;
          const slope = Math.sign(excess[k]) * barrierSlope(Math.abs(excess[k]));
          thetaGradient[k] += (rowAdjoint[r] * share[r] * slope) / widths[p];
        }
      }
    },
  };
}

/** Overwrites both, `excess` with signed distances beyond the box in widths; true where any row is outside. */
function measure(
  { lower, upper, widths }: Box,
  theta: Float64Array,
  excess: Float64Array,
  rowBarrier: Float64Array,
): boolean {
  const numParameters = widths.length;
  let isOutside = false;
  for (let r = 0; r < rowBarrier.length; r++) {
    let sum = 0;
    for (let p = 0; p < numParameters; p++) {
      const k = r * numParameters + p;
      const value = theta[k];
      const beyond = value > upper[p] ? value - upper[p] : value < lower[p] ? value - lower[p] : 0;
      excess[k] = beyond / widths[p];
      if (beyond !== 0) sum += barrier(Math.abs(excess[k]));
    }
    rowBarrier[r] = sum;
    if (sum !== 0) isOutside = true;
  }
  return isOutside;
}
