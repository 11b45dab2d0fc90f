import { type Argument, positive, real } from "@poolish/core";
import { logBeta, logStandardGamma, standardNormal } from "@poolish/math";
import { asinhDensity } from "./cumulative/asinhDensity.ts";
import { quadratureCumulative } from "./cumulative/quadratureCumulative.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";
import { log1pSquare } from "./log1pSquare.ts";
import { studentTDofConstant, studentTDofSlope } from "./studentTDof.ts";

/** StudentT(degreesOfFreedom, location, scale) on the real line; `scale` is not the standard deviation. */
export const studentTFamily: ScalarFamily = {
  name: "studentT",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "degreesOfFreedom", support: positive },
    { name: "location", support: real },
    { name: "scale", support: positive },
  ],
  locationScale: { location: 1, scale: 2 },
  support: () => real,
  evaluate(count, xs, [dofs, locations, scales], logTerms, partials) {
    const [xPartials, dofPartials, locationPartials, scalePartials] = partials;
    let lastDof = NaN;
    let logNormaliser = NaN;
    let dofConstant = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const dof = dofs.values[dofs.offset + i * dofs.stride];
      const location = locations.values[locations.offset + i * locations.stride];
      const scale = scales.values[scales.offset + i * scales.stride];
      if (!(Number.isFinite(x) && isPositive(dof) && Number.isFinite(location) && isPositive(scale))) {
        const isAnyNaN = Number.isNaN(x) || Number.isNaN(dof) || Number.isNaN(location) || Number.isNaN(scale);
        refuseElement(i, logTerms, partials, isAnyNaN);
        continue;
      }
      if (dof !== lastDof) {
        lastDof = dof;
        logNormaliser = -logBeta(dof / 2, 0.5) - 0.5 * Math.log(dof);
        dofConstant = studentTDofConstant(dof);
      }
      const z = (x - location) / scale;
      const logTail = log1pSquare(z / Math.sqrt(dof));
      // (ν + 1) z / (ν + z²), written so that z² cannot overflow.
      const pull = Math.abs(z) > 1 ? (dof + 1) / (dof / z + z) : ((dof + 1) * z) / (dof + z * z);
      logTerms[i] = logNormaliser - Math.log(scale) - 0.5 * (dof + 1) * logTail;
      xPartials[i] = -pull / scale;
      dofPartials[i] = dofConstant + studentTDofSlope(dof, z, logTail);
      locationPartials[i] = pull / scale;
      scalePartials[i] = (pull * z - 1) / scale;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(studentTFamily, parameters)) return NaN;
    const [dof, location, scale] = parameters;
    const z = standardNormal(rng);
    return location + scale * z * Math.exp(0.5 * (Math.log(dof / 2) - logStandardGamma(rng, dof / 2)));
  },
  logCumulative: quadratureCumulative((parameters) =>
    areParametersOnSupport(studentTFamily, parameters)
      ? asinhDensity(parameters[0], parameters[1], parameters[2])
      : undefined,
  ),
};

/**
 * Student's t distribution with `degreesOfFreedom` > 0, any `location` and `scale` > 0.
 * @throws PoolishError naming a bad parameter.
 */
export function studentT(degreesOfFreedom: Argument, location: Argument, scale: Argument): Distribution {
  return distribution(studentTFamily, [degreesOfFreedom, location, scale]);
}
