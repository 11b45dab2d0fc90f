import { PoolishError } from "@poolish/core";

/** The error for draws that run away to infinity; `coordinate` is the one that shows it, where one does. */
export function runaway(coordinate?: number): PoolishError {
  return new PoolishError("the draws run away to infinity, so the posterior seems to be improper", {
    kind: "model",
    field: coordinate === undefined ? "model" : `unconstrained coordinate ${coordinate}`,
    remedy: "Give each parameter a proper prior.",
  });
}
