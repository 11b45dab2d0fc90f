import type { BoundLikelihood } from "@poolish/core";
import { isConstantSlot, type Layout, type RowPart } from "./instruction.ts";
import type { Step, TapeBuffers } from "./step.ts";

/** Adds Σ_terms multiplicity · log p(x | θ) to the target. The network behind `bound` runs once per θ row. */
export function learnedStep(
  bound: BoundLikelihood,
  numRows: number,
  parts: readonly RowPart[],
  layout: Layout,
  { values, adjoints }: TapeBuffers,
): Step {
  const width = parts.length;
  const theta = new Float64Array(numRows * width);
  const thetaGradient = new Float64Array(numRows * width);
  const logTerms = new Float64Array(bound.numTerms);
  const isConstant = parts.map(({ slot }) => isConstantSlot(layout, slot));
  return {
    logTerms,
    termOfTrial: bound.termOfTrial,
    forward() {
      gatherTheta(values, parts, numRows, theta);
      if (bound.evaluateWithGradient === undefined) bound.evaluate(theta, logTerms);
      else {
        // A gradient follows in nearly all cases.
        thetaGradient.fill(0);
        bound.evaluateWithGradient(theta, bound.multiplicity, logTerms, thetaGradient);
      }
      let sum = 0;
      for (let i = 0; i < logTerms.length; i++) sum += bound.multiplicity[i] * logTerms[i];
      return sum;
    },
    backward() {
      if (bound.evaluateWithGradient === undefined) {
        thetaGradient.fill(0);
        bound.pullback(bound.multiplicity, thetaGradient);
      }
      for (let p = 0; p < width; p++) {
        if (isConstant[p]) continue;
        const { slot, index } = parts[p];
        for (let r = 0; r < numRows; r++) adjoints[slot.offset + index[r]] += thetaGradient[r * width + p];
      }
    },
  };
}

/** theta[r, p] = the value of part p in row r. Overwrites `theta` (numRows × parts, row-major). */
export function gatherTheta(
  values: Float64Array,
  parts: readonly RowPart[],
  numRows: number,
  theta: Float64Array,
): void {
  const width = parts.length;
  for (let p = 0; p < width; p++) {
    const { slot, index } = parts[p];
    for (let r = 0; r < numRows; r++) theta[r * width + p] = values[slot.offset + index[r]];
  }
}
