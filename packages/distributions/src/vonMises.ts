import { type Argument, interval, positive, type Rng, real } from "@poolish/core";
import { besselRatioComplement, logScaledBesselI0 } from "@poolish/math";
import { circleDensity, wrapAngle } from "./cumulative/circleDensity.ts";
import { quadratureCumulative } from "./cumulative/quadratureCumulative.ts";
import { distribution } from "./distribution.ts";
import type { Distribution, ScalarFamily } from "./family.ts";
import { areParametersOnSupport, isPositive, refuseElement } from "./familySupport.ts";

const LOG_TWO_PI = 1.8378770664093453;
const angles = interval(-Math.PI, Math.PI);

/**
 * VonMises(location, concentration) of an angle in (-π, π), in radians: density exp(κ cos(x - μ)) / (2π I₀(κ)). The
 * location may be any number and counts modulo 2π.
 */
export const vonMisesFamily: ScalarFamily = {
  name: "vonMises",
  eventShape: "scalar",
  isDiscrete: false,
  parameters: [
    { name: "location", support: real },
    { name: "concentration", support: positive },
  ],
  support: () => angles,
  evaluate(count, xs, [locations, concentrations], logTerms, partials) {
    const [xPartials, locationPartials, concentrationPartials] = partials;
    let last = NaN;
    let constant = NaN;
    let missing = NaN;
    for (let i = 0; i < count; i++) {
      const x = xs.values[xs.offset + i * xs.stride];
      const location = locations.values[locations.offset + i * locations.stride];
      const concentration = concentrations.values[concentrations.offset + i * concentrations.stride];
      if (!(Math.abs(x) < Math.PI && Number.isFinite(location) && isPositive(concentration))) {
        const isAnyNaN = Number.isNaN(x) || Number.isNaN(location) || Number.isNaN(concentration);
        refuseElement(i, logTerms, partials, isAnyNaN);
        continue;
      }
      if (concentration !== last) {
        last = concentration;
        constant = -LOG_TWO_PI - logScaledBesselI0(concentration);
        missing = besselRatioComplement(concentration);
      }
      const angle = x - location;
      const fall = 2 * Math.sin(0.5 * angle) ** 2; // 1 - cos(angle)
      logTerms[i] = constant - concentration * fall;
      xPartials[i] = -concentration * Math.sin(angle);
      locationPartials[i] = concentration * Math.sin(angle);
      concentrationPartials[i] = missing - fall;
    }
  },
  sample(rng, parameters) {
    if (!areParametersOnSupport(vonMisesFamily, parameters)) return NaN;
    return wrapAngle(parameters[0] + drawAngle(rng, parameters[1]));
  },
  logCumulative: quadratureCumulative((parameters) =>
    areParametersOnSupport(vonMisesFamily, parameters) ? circleDensity(parameters[0], parameters[1]) : undefined,
  ),
};

/**
 * An angle with location 0: rejection from a wrapped Cauchy (Best & Fisher 1979, "Efficient simulation of the von Mises
 * distribution", Applied Statistics 28). The proposal's 1 - cos(angle) is formed without cancellation, so that large
 * concentrations keep their digits.
 */
function drawAngle(rng: Rng, concentration: number): number {
  const tau = 1 + Math.sqrt(1 + 4 * concentration * concentration);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * concentration);
  // The paper's r = (1 + ρ²) / (2ρ); for small concentrations ρ ≈ κ/2 loses its digits in the subtraction.
  const small = concentration < 1e-4 ? concentration / 2 : rho;
  const excess = (1 - small) ** 2 / (2 * small); // r - 1
  for (;;) {
    const turn = Math.sin(Math.PI * (rng.uniform() - 0.5)) ** 2; // (1 - cos(πU)) / 2 of the paper, U uniform on (-1, 1)
    // f = (1 + r z) / (r + z) with z = 1 - 2 turn; 1 - f = (r - 1)(1 - z) / (r + z).
    const fall = (2 * excess * turn) / (excess + 2 - 2 * turn);
    const c = concentration * (excess + fall);
    const u = rng.uniform();
    if (c * (2 - c) > u || Math.log(c / u) + 1 >= c) {
      const angle = 2 * Math.asin(Math.sqrt(Math.min(1, 0.5 * fall)));
      return rng.uniform() < 0.5 ? -angle : angle;
    }
  }
}

/** Von Mises distribution of an angle in (-π, π) with `concentration` > 0. @throws PoolishError naming a bad parameter. */
export function vonMises(location: Argument, concentration: Argument): Distribution {
  return distribution(vonMisesFamily, [location, concentration]);
}
