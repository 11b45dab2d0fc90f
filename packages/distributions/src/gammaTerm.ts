import { digamma, digammaMinusLog, logGamma, logPoissonMass } from "@poolish/math";

/** From here on the terms of the plain formula are so large that their difference loses digits. */
export const LARGE_SHAPE = 256;

/** log[y^shape exp(-y) / Γ(shape)], the density of log y for y ~ Gamma(shape, 1), without cancellation. y may have underflowed, log y not. */
export function logGammaTerm(shape: number, y: number, logY: number): number {
  if (shape < LARGE_SHAPE || y === 0) return shape * logY - y - logGamma(shape);
  return y < Infinity ? logPoissonMass(shape, y) + Math.log(shape) : -Infinity;
}

/** Its derivative with respect to the shape, log y - ψ(shape). */
export function gammaTermShapeSlope(shape: number, y: number, logY: number): number {
  if (shape < LARGE_SHAPE) return logY - digamma(shape);
  const excess = (y - shape) / shape;
  return (excess > -0.5 ? Math.log1p(excess) : logY - Math.log(shape)) - digammaMinusLog(shape);
}
