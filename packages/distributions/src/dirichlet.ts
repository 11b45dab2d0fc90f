import { type Argument, isPointOnSupport, positive, type Support } from "@poolish/core";
import { digamma, logGamma, logStandardGamma, logSumExp } from "@poolish/math";
import { gatherNumbers, refuseWideElement } from "./component.ts";
import { vectorDistribution } from "./distribution.ts";
import type { Strided, VectorDistribution, VectorFamily } from "./family.ts";
import { isPositive } from "./familySupport.ts";

function arePositive(values: ArrayLike<number>, start: number, size: number): boolean {
  for (let k = start; k < start + size; k++) if (!isPositive(values[k])) return false;
  return true;
}

/** True when element i has shares and concentrations that are where they must be. */
function isOn(i: number, x: Strided, concentrations: Strided, simplex: Support): boolean {
  const { values, offset, stride, width } = concentrations;
  if (!arePositive(values, offset + i * stride, width)) return false;
  return isPointOnSupport(simplex, x.values, x.offset + i * x.stride);
}

/**
 * Dirichlet(concentration) on the simplex of as many shares: mean concentration / Σ concentration. Its density is with
 * respect to all shares but one.
 */
export const dirichletFamily: VectorFamily = {
  name: "dirichlet",
  eventShape: "vector",
  isDiscrete: false,
  parameters: [{ name: "concentration", support: positive, shape: "vector" }],
  support: (parameters) => ({ kind: "simplex", size: parameters.length }),
  eventSize: (parameters) => parameters.length,
  evaluate(count, x, columns, logTerms, partials) {
    const [concentrations] = columns;
    const size = concentrations.width;
    const simplex: Support = { kind: "simplex", size };
    const [xPartials, concentrationPartials] = partials;
    for (let i = 0; i < count; i++) {
      if (!isOn(i, x, concentrations, simplex)) {
        const isAnyNaN = gatherNumbers([x, concentrations], i, []);
        refuseWideElement(i, [x, concentrations], logTerms, partials, isAnyNaN);
        continue;
      }
      const start = concentrations.offset + i * concentrations.stride;
      let total = 0;
      for (let k = 0; k < size; k++) total += concentrations.values[start + k];
      const digammaOfTotal = digamma(total);
      let logTerm = logGamma(total);
      for (let k = 0; k < size; k++) {
        const concentration = concentrations.values[start + k];
        const share = x.values[x.offset + i * x.stride + k];
        const logShare = Math.log(share);
        logTerm += (concentration - 1) * logShare - logGamma(concentration);
        xPartials[i * size + k] = (concentration - 1) / share;
        concentrationPartials[i * size + k] = digammaOfTotal - digamma(concentration) + logShare;
      }
      logTerms[i] = logTerm;
    }
  },
  /** Gammas over their sum, in logs, because small concentrations underflow. */
  sample(rng, parameters, out) {
    const size = parameters.length;
    if (!arePositive(parameters, 0, size)) {
      out.fill(NaN, 0, size);
      return;
    }
    for (let k = 0; k < size; k++) out[k] = logStandardGamma(rng, parameters[k]);
    const logTotal = logSumExp(out, size);
    for (let k = 0; k < size; k++) out[k] = Math.exp(out[k] - logTotal);
  },
};

/**
 * Dirichlet distribution of K shares that sum to 1, with K `concentration`s > 0.
 * @throws PoolishError naming a bad parameter.
 */
export function dirichlet(concentration: Argument): VectorDistribution {
  return vectorDistribution(dirichletFamily, [concentration]);
}
