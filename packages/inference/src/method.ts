import { PoolishError } from "@poolish/core";

/**
 * How `infer` draws from the posterior. "nuts" runs chains. "pathfinder" climbs to modes and approximates the posterior on
 * the way: for a quick look; its draws are to be trusted when `fit.importance` says so. "smc" tempers a population of
 * particles from the prior to the posterior: for several modes in small dimensions, and for `fit.evidence`.
 */
export type Method = "nuts" | "pathfinder" | "smc";

/** @throws PoolishError naming the option `method` when `value` (from untyped code) is none. */
export function requireMethod(value: string): void {
  if (value === "nuts" || value === "pathfinder" || value === "smc") return;
  throw new PoolishError(`expected "nuts", "pathfinder" or "smc", got ${JSON.stringify(value)}`, {
    kind: "input",
    field: "method",
    remedy: 'Pass method: "nuts".',
  });
}
