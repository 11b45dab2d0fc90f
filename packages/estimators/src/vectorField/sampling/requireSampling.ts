import { PoolishError, requireCount, requireFraction, requireOneOf } from "@poolish/core";
import type { FieldSampling } from "../vectorFieldEstimator.ts";

/** @throws PoolishError for a value off its range, and for options that would do nothing beside the others. */
export function requireSampling(options: FieldSampling): void {
  const { method, steps, tolerance, corrections, compose } = options;
  if (method !== undefined) requireOneOf("method", method, ["ode", "sde"]);
  if (compose !== undefined) requireOneOf("compose", compose, ["gauss", "jacobian"]);
  if (steps !== undefined) requireCount("steps", steps, 1);
  if (corrections !== undefined) requireCount("corrections", corrections, 0);
  if (tolerance !== undefined) requireFraction("tolerance", tolerance);
  if (compose !== undefined && method === "ode") refuse("method", "composed posteriors follow the SDE");
  const isSde = method === "sde" || compose !== undefined;
  if (isSde && tolerance !== undefined) refuse("tolerance", "the SDE has fixed steps");
  if (!isSde && (corrections ?? 0) > 0) refuse("corrections", "the ODE has no corrections");
  if (steps !== undefined && tolerance !== undefined) refuse("steps", "a tolerance chooses the steps itself");
}

function refuse(field: string, reason: string): never {
  throw new PoolishError(`${field} would do nothing: ${reason}`, {
    kind: "input",
    field,
    remedy:
      'Leave it out, or see FieldSampling: "ode" takes steps or a tolerance, "sde" and compose take steps and corrections.',
  });
}
