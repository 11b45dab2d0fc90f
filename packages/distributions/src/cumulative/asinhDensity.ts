import { log1pExp, logBeta } from "@poolish/math";
import { log1pSquare } from "../log1pSquare.ts";
import { studentTDofConstant, studentTDofSlope } from "../studentTDof.ts";
import type { QuadratureDensity } from "./quadratureCumulative.ts";

const FAR = 300;

/** log cosh(t) without overflow. */
function logCosh(t: number): number {
  return Math.abs(t) + log1pExp(-2 * Math.abs(t)) - Math.LN2;
}

/** asinh(b) - asinh(a), also where the two agree in most digits. */
function asinhDifference(a: number, b: number): number {
  if (a * b <= 0 || Math.abs(b) > 1e100) return Math.asinh(b) - Math.asinh(a);
  return Math.asinh(((b - a) * (b + a)) / (b * Math.hypot(1, a) + a * Math.hypot(1, b)));
}

/**
 * The density of t = asinh(z), z = (x - location) / scale, for x ~ StudentT(dof, location, scale): it falls exponentially
 * where that of x falls like a power. Parameters: dof, location, scale.
 */
export function asinhDensity(dof: number, location: number, scale: number): QuadratureDensity {
  const logNormaliser = -logBeta(dof / 2, 0.5) - 0.5 * Math.log(dof);
  const dofConstant = studentTDofConstant(dof);
  const rootDof = Math.sqrt(dof);
  const zOf = (x: number): number => (x - location) / scale;
  return {
    logDensity(t, scores) {
      // Beyond ±FAR z would overflow; there log(1 + z²/ν) is 2|t| - log(4ν), and the slopes have reached their limits.
      const isFar = Math.abs(t) > FAR;
      const z = Math.sinh(isFar ? Math.sign(t) * FAR : t);
      const logTail = isFar ? 2 * (Math.abs(t) - Math.LN2) - Math.log(dof) : log1pSquare(z / rootDof);
      const pull = Math.abs(z) > 1 ? (dof + 1) / (dof / z + z) : ((dof + 1) * z) / (dof + z * z);
      scores[0] = dofConstant + studentTDofSlope(dof, z, logTail);
      scores[1] = pull / scale;
      scores[2] = (pull * z - 1) / scale;
      return logNormaliser - 0.5 * (dof + 1) * logTail + logCosh(t);
    },
    lowest: -Infinity,
    highest: Infinity,
    mode: 0,
    turns: [0],
    toT: (x) => Math.asinh(zOf(x)),
    lengthBetween: (lower, upper) => asinhDifference(zOf(lower), zOf(upper)),
    logSlope: (x) => -logCosh(Math.asinh(zOf(x))) - Math.log(scale),
  };
}
