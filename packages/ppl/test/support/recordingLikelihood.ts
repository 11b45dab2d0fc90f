import { type BoundLikelihood, type Columns, type Likelihood, real } from "@poolish/core";

/** What a recording likelihood was asked to do. */
export interface Recording {
  readonly binds: { readonly columns: Columns; readonly row: Int32Array; readonly numRows: number }[];
  evaluations: number;
}

/**
 * log p(x | θ) = -(x - Σ_k (k + 1) θ_k)² / 2 with any number of parameters, one term a trial: easy to compute by hand,
 * different in each parameter. Records how it was bound.
 */
export function recordingLikelihood(
  parameters: readonly string[],
  conditions: readonly string[] = [],
): { readonly likelihood: Likelihood; readonly recording: Recording } {
  const recording: Recording = { binds: [], evaluations: 0 };
  const likelihood: Likelihood = {
    parameters: parameters.map((name) => ({ name, support: real, box: [-100, 100] })),
    columns: [{ name: "x", kind: "continuous" }],
    conditions: conditions.map((name) => ({ name, kind: "continuous" })),
    isNormalised: false,
    bind(columns, row, numRows) {
      recording.binds.push({ columns, row, numRows });
      return bindLine(Float64Array.from(columns.x), row, parameters.length, recording);
    },
    toDescriptor: () => ({ kind: "module", url: import.meta.url, exportName: "recordingLikelihood" }),
  };
  return { likelihood, recording };
}

function bindLine(x: Float64Array, row: Int32Array, width: number, recording: Recording): BoundLikelihood {
  const residuals = new Float64Array(x.length);
  return {
    numTerms: x.length,
    multiplicity: new Float64Array(x.length).fill(1),
    termOfTrial: Int32Array.from(x.keys()),
    evaluate(theta, logTerms) {
      recording.evaluations++;
      for (let i = 0; i < x.length; i++) {
        residuals[i] = x[i];
        for (let k = 0; k < width; k++) residuals[i] -= (k + 1) * theta[row[i] * width + k];
        logTerms[i] = -0.5 * residuals[i] ** 2;
      }
    },
    pullback(adjoint, thetaGradient) {
      for (let i = 0; i < x.length; i++) {
        for (let k = 0; k < width; k++) thetaGradient[row[i] * width + k] += adjoint[i] * (k + 1) * residuals[i];
      }
    },
  };
}
