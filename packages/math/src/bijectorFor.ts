import { describeSupport, isScalarSupport, pointSize, type ScalarSupport, type Support } from "@poolish/core";
import type { Bijector } from "./bijector.ts";
import { correlationCholeskyBijector } from "./correlationCholeskyBijector.ts";
import { identityBijector } from "./identityBijector.ts";
import { intervalBijector } from "./intervalBijector.ts";
import { lowerBoundedBijector } from "./lowerBoundedBijector.ts";
import { orderedBijector } from "./orderedBijector.ts";
import { simplexBijector } from "./simplexBijector.ts";
import { upperBoundedBijector } from "./upperBoundedBijector.ts";

/**
 * The bijector onto `size` numbers on `support`: `size` scalars, or points of a vector support one after another, so
 * that `size` is a multiple of `pointSize(support)`. A closed bound is approached, never reached.
 * @throws Error for a support of integers or an empty one: callers refuse those with a message of their own.
 */
export function bijectorFor(support: Support, size: number): Bijector {
  if (isScalarSupport(support)) return scalarBijector(support, size);
  const count = size / pointSize(support);
  if (!(support.size >= 1 && Number.isInteger(count))) {
    throw new Error(`${size} numbers are not a whole number of points on ${describeSupport(support)}`);
  }
  switch (support.kind) {
    case "simplex":
      return simplexBijector(support.size, count);
    case "correlationCholesky":
      return correlationCholeskyBijector(support.size, count);
    case "ordered":
      return orderedBijector(support.size, count);
  }
}

function scalarBijector(support: ScalarSupport, size: number): Bijector {
  const { kind, lower, upper } = support;
  if (kind !== "interval" || !(lower < upper)) {
    throw new Error(`no bijector leads to ${describeSupport(support)}`);
  }
  if (lower === -Infinity) return upper === Infinity ? identityBijector(size) : upperBoundedBijector(upper, size);
  return upper === Infinity ? lowerBoundedBijector(lower, size) : intervalBijector(lower, upper, size);
}
