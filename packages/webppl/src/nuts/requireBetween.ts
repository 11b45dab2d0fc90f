import { PoolishError } from "@poolish/core";

/** @throws PoolishError unless `value` is a number between 0 and `upper`, ends left out. */
export function requireBetween(field: string, value: unknown, upper: number, example: number): void {
  if (typeof value === "number" && value > 0 && value < upper) return;
  const range = upper === Infinity ? "a positive number" : `a number between 0 and ${upper}`;
  throw new PoolishError(`expected ${range}, got ${String(value)}`, {
    kind: "input",
    field,
    remedy: `Pass ${field}: ${example}.`,
  });
}
