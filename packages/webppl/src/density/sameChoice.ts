import { PoolishError } from "@poolish/core";
import { boundsOf, type Distribution } from "../host/distribution.ts";
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

/**
 * True when the bounds of `distribution` are still those of `choice`, or are AD values, which its placement follows. A
 * number that a branch has chosen is no AD value: uniform(0, x > 0 ? 1 : 3).
 */
export function hasSameBounds({ bounds }: Choice, distribution: Distribution): boolean {
  if (bounds === undefined) return true;
  const now = boundsOf(distribution);
  return now?.lower === bounds.lower && now.upper === bounds.upper;
}

/** @throws PoolishError unless the bounds of the choice are those of the first run. */
export function requireSameBounds(choice: Choice, distribution: Distribution): void {
  if (hasSameBounds(choice, distribution)) return;
  const { name } = distribution.meta;
  throw new PoolishError(`the bounds of ${name} depend on a branch, or on something that is not differentiated`, {
    kind: "model",
    field: name,
    remedy: "Scale a choice with constant bounds, (x > 0 ? 1 : 3) * uniform(0, 1), or use method 'MCMC' or 'SMC'.",
  });
}

/** @throws PoolishError when a run ended after `count` choices, with some of the first run's `choices` missing. */
export function requireSameCount(count: number, choices: readonly { readonly choice: Choice }[]): void {
  if (count === choices.length) return;
  const { distributionName } = choices[count].choice;
  throw structureChanged(`${count} choices instead of ${choices.length}, without a ${distributionName}`);
}

function structureChanged(what: string): PoolishError {
  return new PoolishError(`the model's random choices depend on a random value: a later run made ${what}`, {
    kind: "model",
    field: "model",
    remedy: "NUTS needs the same continuous choices in every run: use method 'MCMC' or 'SMC' for this model.",
  });
}
