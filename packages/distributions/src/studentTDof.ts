import { digammaMinusLog, log1pMinus } from "@poolish/math";

/**
 * The part of ∂ log p / ∂ν of a t density that does not depend on x, [ψ((ν+1)/2) - ψ(ν/2) - 1/ν] / 2, which is of order
 * ν^-2: the digammas are subtracted by hand.
 */
export function studentTDofConstant(dof: number): number {
  return 0.5 * (digammaMinusLog((dof + 1) / 2) - digammaMinusLog(dof / 2) + log1pMinus(1 / dof));
}

/** The part that does, [(ν+1) z² / (ν (ν + z²)) - log(1 + z²/ν)] / 2, given that logarithm. */
export function studentTDofSlope(dof: number, z: number, logTail: number): number {
  // (z²/ν) / (1 + z²/ν), in [0, 1].
  const share = z * z < Infinity ? (z * z) / (dof + z * z) : 1;
  const excess = share < 0.3 ? log1pMinus(-share) : share - logTail;
  return 0.5 * (excess + share / dof);
}
