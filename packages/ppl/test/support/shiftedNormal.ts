import { type BoundLikelihood, type Likelihood, type ParameterSpec, positive, real } from "@poolish/core";

const DEFAULTS: readonly ParameterSpec[] = [
  { name: "mean", support: real, box: [-2, 2] },
  { name: "scale", support: positive, box: [0, 3] },
];

/** x ~ normal(mean + dose, scale), y ~ 0 or 1 with even odds: a closed form with a condition and columns of two kinds. */
export function shiftedNormal(changes: Partial<Likelihood> = {}): Likelihood {
  return {
    parameters: DEFAULTS,
    columns: [
      { name: "x", kind: "continuous" },
      { name: "y", kind: "category", categories: [0, 1] },
    ],
    conditions: [{ name: "dose", kind: "continuous" }],
    isNormalised: true,
    bind: (columns, row) => bindTrials(columns.x, columns.dose, row),
    sample(rng, theta, count, out, conditions = new Float64Array(0)) {
      for (let i = 0; i < count; i++) {
        const k = theta.length === 2 ? 0 : 2 * i;
        // The sum of 12 uniforms: moments of a normal are all that tests look at.
        let z = -6;
        for (let j = 0; j < 12; j++) z += rng.uniform();
        out[2 * i] = theta[k] + conditions[i % conditions.length] + theta[k + 1] * z;
        out[2 * i + 1] = rng.uniform() < 0.5 ? 0 : 1;
      }
    },
    toDescriptor: () => ({ kind: "inline", name: "shiftedNormal" }),
    ...changes,
  };
}

/** log p(x, y | mean, scale, dose), off the support too. */
export function logShiftedNormal(x: number, dose: number, mean: number, scale: number): number {
  const z = (x - mean - dose) / scale;
  return -0.5 * Math.log(2 * Math.PI) - Math.log(scale) - 0.5 * z * z - Math.log(2);
}

/** Equal (row, x, dose) share a term, as learned likelihoods have it; y adds a constant. */
function bindTrials(x: ArrayLike<number>, dose: ArrayLike<number>, row: Int32Array): BoundLikelihood {
  const keys = new Map<string, number>();
  const firsts: number[] = [];
  const termOfTrial = Int32Array.from(row, (r, i) => {
    const key = `${r},${x[i]},${dose[i]}`;
    const known = keys.get(key) ?? firsts.push(i) - 1;
    keys.set(key, known);
    return known;
  });
  const multiplicity = new Float64Array(firsts.length);
  for (const term of termOfTrial) multiplicity[term]++;
  const last = new Float64Array(2 * (row.length === 0 ? 0 : Math.max(...row) + 1));
  return {
    numTerms: firsts.length,
    multiplicity,
    termOfTrial,
    evaluate(theta, logTerms) {
      last.set(theta);
      firsts.forEach((i, term) => {
        logTerms[term] = logShiftedNormal(x[i], dose[i], theta[2 * row[i]], theta[2 * row[i] + 1]);
      });
    },
    pullback(adjoint, thetaGradient) {
      firsts.forEach((i, term) => {
        const [mean, scale] = [last[2 * row[i]], last[2 * row[i] + 1]];
        const z = (x[i] - mean - dose[i]) / scale;
        thetaGradient[2 * row[i]] += (adjoint[term] * z) / scale;
        thetaGradient[2 * row[i] + 1] += (adjoint[term] * (z * z - 1)) / scale;
      });
    },
  };
}
