import { PoolishError } from "@poolish/core";
import type { Simulations } from "./simulations.ts";

/** @throws PoolishError for simulations that are sets of trials, which estimators of a single trial cannot learn from. */
export function requireSingleTrials({ numTrials }: Simulations): void {
  if (numTrials === undefined) return;
  throw new PoolishError("the simulations are sets of trials, this kind of estimator learns from single trials", {
    kind: "input",
    field: "trials",
    remedy: "Simulate without trials: a likelihood of one trial serves any number of them.",
  });
}
