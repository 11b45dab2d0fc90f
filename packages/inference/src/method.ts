import { PoolishError } from "@poolish/core";

/**
 * How `infer` draws from the posterior. "nuts" runs chains. "pathfinder" climbs to modes and approximates the posterior on
 * the way: for a quick look; its draws are to be trusted when `fit.importance` says so.
 */
export type Method = "nuts" | "pathfinder";

/** @throws PoolishError naming the option `method` when `value` (from untyped code) is none. */
export function requireMethod(value: string): void {
  if (value === "nuts" || value === "pathfinder") return;
  throw new PoolishError(`expected "nuts" or "pathfinder", got ${JSON.stringify(value)}`, {
    kind: "input",
    field: "method",
    remedy: 'Pass method: "nuts".',
  });
}
