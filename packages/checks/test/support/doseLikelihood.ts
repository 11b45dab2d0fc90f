import type { Likelihood, Rng, Simulator } from "@poolish/core";
import { log1pExp, logistic, standardNormal } from "@poolish/math";

/** How draws of the likelihood depart from what it evaluates: an emulator that is wrong in a known way. */
export interface Fault {
  /** Added to y. */
  readonly shift?: number;
  /** Standard deviation of y; 1 is right. */
  readonly scale?: number;
}

/** y ~ Normal(level + dose, 1) and response ~ Bernoulli(logistic(level)), given the level; the dose is known. */
function drawTrial(rng: Rng, level: number, dose: number, out: Float64Array, offset: number, fault: Fault): void {
  const { shift = 0, scale = 1 } = fault;
  out[offset] = level + dose + shift + scale * standardNormal(rng);
  out[offset + 1] = Number(rng.uniform() < logistic(level));
}

const columns = [
  { name: "y", kind: "continuous" },
  { name: "response", kind: "category" },
] as const;
const conditions = [{ name: "dose", kind: "continuous" }] as const;

export const doseSimulator: Simulator = {
  name: "dose",
  parameters: ["level"],
  columns,
  conditions,
  simulate: (rng, [level], out, [dose]) => drawTrial(rng, level, dose, out, 0, {}),
};

/** The exact likelihood of `doseSimulator`, save for the fault: evaluated and sampled with it. */
export function doseLikelihood(fault: Fault = {}, box: readonly [number, number] = [-20, 20]): Likelihood {
  const { shift = 0, scale = 1 } = fault;
  return {
    parameters: [{ name: "level", support: { kind: "interval", lower: -Infinity, upper: Infinity }, box }],
    columns,
    conditions,
    isNormalised: true,
    bind({ y, response, dose }, row) {
      const count = row.length;
      const rows = Float64Array.from(row);
      let theta = new Float64Array(0);
      return {
        numTerms: count,
        multiplicity: new Float64Array(count).fill(1),
        termOfTrial: Int32Array.from(row, (_, i) => i),
        evaluate(given, logTerms) {
          theta = given.slice();
          for (let i = 0; i < count; i++) {
            const level = theta[rows[i]];
            const z = (y[i] - level - dose[i] - shift) / scale;
            const logNormal = -0.5 * z * z - Math.log(scale) - 0.5 * Math.log(2 * Math.PI);
            logTerms[i] = logNormal + response[i] * level - log1pExp(level);
          }
        },
        pullback(adjoint, gradient) {
          for (let i = 0; i < count; i++) {
            const level = theta[rows[i]];
            const slope = (y[i] - level - dose[i] - shift) / (scale * scale) + response[i] - logistic(level);
            gradient[rows[i]] += adjoint[i] * slope;
          }
        },
      };
    },
    sample(rng, theta, count, out, known = new Float64Array(0)) {
      for (let i = 0; i < count; i++) {
        const level = theta[theta.length === 1 ? 0 : i];
        drawTrial(rng, level, known[known.length === 1 ? 0 : i], out, 2 * i, fault);
      }
    },
    toDescriptor: () => ({ kind: "inline", name: "dose" }),
  };
}
