import { PoolishError } from "@poolish/core";

/**
 * Where chains start: "random" on the unconstrained scale, uniform(-2, 2) for each coordinate as in Stan (a draw for those of a
 * learned prior), or "pathfinder": at a draw of the normal approximation that a path of the chain's own finds, which shortens
 * warm-up where the posterior is far from the origin. A chain whose path fails starts at random.
 */
export type ChainStart = "random" | "pathfinder";

/** @throws PoolishError naming the option `init` when `value` (from untyped code) is none. */
export function requireChainStart(value: string): void {
  if (value === "random" || value === "pathfinder") return;
  throw new PoolishError(`expected "random" or "pathfinder", got ${JSON.stringify(value)}`, {
    kind: "input",
    field: "init",
    remedy: "Leave it out to start at random.",
  });
}
