import { PoolishError } from "@poolish/core";
import type { LogCumulative, ScalarFamily } from "./family.ts";

/** @throws PoolishError naming the family when it has no cumulative distribution. */
export function requireLogCumulative(kind: string, { name, logCumulative }: ScalarFamily): LogCumulative {
  if (logCumulative !== undefined) return logCumulative;
  throw new PoolishError(`${name} has no cumulative distribution here, and so cannot be ${kind}`, {
    kind: "model",
    field: `${kind}.${name}`,
    remedy: "Choose another family, or leave the bounds out.",
  });
}
