import { PoolishError } from "@poolish/core";
import type { TrainOptions } from "./trainOptions.ts";

/** @throws PoolishError where an estimator to go on from is given to a kind of estimator that begins anew; `noun` names that kind. */
export function requireFreshStart({ from }: Pick<TrainOptions, "from">, noun: string): void {
  if (from === undefined) return;
  throw new PoolishError(`training of ${noun} cannot go on from an estimator`, {
    kind: "input",
    field: "from",
    remedy: "Join the old and new simulations (joinSimulations) and train on all of them.",
  });
}
