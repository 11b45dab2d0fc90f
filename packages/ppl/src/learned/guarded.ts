import type { BoundLikelihood, Likelihood } from "@poolish/core";
import { barrier, barrierSlope } from "./barrier.ts";
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
  const { widths } = box;
  const { numTerms, multiplicity, termOfTrial } = bound;
  const numParameters = widths.length;
  const rows = rowOfTerm(bound, row);
  /** 1 / trials of the row. */
  const share = new Float64Array(numRows);
  for (let i = 0; i < row.length; i++) share[row[i]]++;
  for (let r = 0; r < numRows; r++) share[r] = 1 / share[r];
  const rowBarrier = new Float64Array(numRows);
  const rowAdjoint = new Float64Array(numRows);
  /** Signed distances beyond the box, in widths, at the last `evaluate`: numRows × numParameters. */
  const excess = new Float64Array(numRows * numParameters);
  let isOutside = false;
  const addBarrier = (theta: Float64Array, logTerms: Float64Array): void => {
    isOutside = measure(box, theta, excess, rowBarrier);
    if (!isOutside) return;
    for (let i = 0; i < numTerms; i++) logTerms[i] += rowBarrier[rows[i]] * share[rows[i]];
  };
  const pullBarrier = (adjoint: Float64Array, thetaGradient: Float64Array): void => {
    if (!isOutside) return;
    rowAdjoint.fill(0);
    for (let i = 0; i < numTerms; i++) rowAdjoint[rows[i]] += adjoint[i];
    for (let r = 0; r < numRows; r++) {
      for (let p = 0; p < numParameters; p++) {
        const k = r * numParameters + p;
        if (excess[k] === 0) continue;
        thetaGradient[k] +=
          (rowAdjoint[r] * share[r] * Math.sign(excess[k]) * barrierSlope(Math.abs(excess[k]))) / widths[p];
      }
    }
  };
  const { evaluateWithGradient } = bound;
  return {
    numTerms,
    multiplicity,
    termOfTrial,
    evaluate(theta, logTerms) {
      bound.evaluate(theta, logTerms);
      addBarrier(theta, logTerms);
    },
    pullback(adjoint, thetaGradient) {
      bound.pullback(adjoint, thetaGradient);
      pullBarrier(adjoint, thetaGradient);
    },
    ...(evaluateWithGradient && {
      evaluateWithGradient(theta, adjoint, logTerms, thetaGradient) {
        evaluateWithGradient.call(bound, theta, adjoint, logTerms, thetaGradient);
        addBarrier(theta, logTerms);
        pullBarrier(adjoint, thetaGradient);
      },
    }),
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
