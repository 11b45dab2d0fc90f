import { PoolishError } from "@poolish/core";

/** The error for a program in which differentiation goes wrong; `found` says how that shows, `cause` where. */
export function notDifferentiable(field: string, found: string, cause?: unknown): PoolishError {
  return new PoolishError(`the program cannot be differentiated: ${found}`, {
    kind: "model",
    field,
    cause,
    remedy: `A function that does not understand AD values is applied to a random value (Math.log1p, Math.expm1, lodash functions, your own JavaScript): write it in WebPPL, or use method 'MCMC'.`,
  });
}
