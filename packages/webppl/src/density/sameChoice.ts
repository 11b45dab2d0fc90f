import { PoolishError } from "@poolish/core";
import type { Distribution } from "../host/distribution.ts";
import type { Choice } from "./choice.ts";

/** @throws PoolishError unless `distribution` at `address` is the choice that the first run made here, if it made one. */
export function requireSameChoice(choice: Choice | undefined, distribution: Distribution, address: string): void {
  if (choice?.constructor === distribution.constructor && choice.address === address) return;
  const { name } = distribution.meta;
  if (choice === undefined) throw structureChanged(`${name} in addition`);
  const isMoved = choice.distributionName === name;
  throw structureChanged(
    isMoved ? `${name} at another place in the program` : `${name} instead of ${choice.distributionName}`,
  );
}

/** @throws PoolishError when a run ended after other than the first run's number of choices. */
export function requireSameCount(count: number, expected: number): void {
  if (count !== expected) throw structureChanged(`${count} choices instead of ${expected}`);
}

function structureChanged(what: string): PoolishError {
  return new PoolishError(`the model's random choices depend on a random value: a later run made ${what}`, {
    kind: "model",
    field: "model",
    remedy: "NUTS needs the same continuous choices in every run: use method 'MCMC' or 'SMC' for this model.",
  });
}
