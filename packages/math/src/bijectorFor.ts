import { describeSupport, type Support } from "@poolish/core";
import type { Bijector } from "./bijector.ts";
import { identityBijector } from "./identityBijector.ts";
import { intervalBijector } from "./intervalBijector.ts";
import { lowerBoundedBijector } from "./lowerBoundedBijector.ts";
import { upperBoundedBijector } from "./upperBoundedBijector.ts";

/**
 * The bijector from R^size onto `size` values on `support`.
 * @throws Error for a support of integers or an empty one: callers refuse those with a message of their own.
 */
export function bijectorFor(support: Support, size: number): Bijector {
  const { kind, lower, upper } = support;
  if (kind !== "interval" || !(lower < upper)) {
    throw new Error(`no bijector leads to ${describeSupport(support)}`);
  }
  if (lower === -Infinity) return upper === Infinity ? identityBijector(size) : upperBoundedBijector(upper, size);
  return upper === Infinity ? lowerBoundedBijector(lower, size) : intervalBijector(lower, upper, size);
}
