import type { Ad, Scalar } from "../host/adNodes.ts";
import { boundsOf, type Distribution } from "../host/distribution.ts";
import type { Placement } from "./choice.ts";

/** A value between bounds that depend on other choices. */
export interface PlacedValue {
  readonly value: Scalar;
  /** Log-Jacobian of value by x; a node when it depends on another choice. */
  readonly logJacobian: Scalar;
}

/** Places `x` as `placement` says (see there), in WebPPL's arithmetic, so that the bounds are differentiated. */
export function placeInBounds(ad: Ad, placement: Placement, distribution: Distribution, x: Scalar): PlacedValue {
  const { add, sub, mul, log } = ad.scalar;
  const bounds = boundsOf(distribution);
  if (bounds === undefined) throw new Error("a choice has lost its bounds");
  if (placement === "aboveLower") return { value: add(bounds.lower, x), logJacobian: 0 };
  if (placement === "belowUpper") return { value: sub(bounds.upper, x), logJacobian: 0 };
  const width = sub(bounds.upper, bounds.lower);
  return { value: add(bounds.lower, mul(width, x)), logJacobian: log(width) };
}
