/**
 * Where a value may lie. Bounds may be infinite; they are exclusive for `interval` (a continuous value on the
 * boundary has density zero or a singularity) and inclusive for `integer`.
 */
export type Support =
  | { readonly kind: "interval"; readonly lower: number; readonly upper: number }
  | { readonly kind: "integer"; readonly lower: number; readonly upper: number };

/** The whole real line. */
export const real: Support = { kind: "interval", lower: -Infinity, upper: Infinity };
/** The open half line (0, ∞). */
export const positive: Support = { kind: "interval", lower: 0, upper: Infinity };
/** 0, 1, 2, … */
export const counts: Support = { kind: "integer", lower: 0, upper: Infinity };

/** The open interval (lower, upper); either bound may be infinite. */
export function interval(lower: number, upper: number): Support {
  return { kind: "interval", lower, upper };
}

/** True when `x` lies on `support`. NaN never does. */
export function isOnSupport(support: Support, x: number): boolean {
  if (support.kind === "integer") return Number.isInteger(x) && x >= support.lower && x <= support.upper;
  return x > support.lower && x < support.upper;
}

/** A support in words, for messages: "a real number", "a number above 0", "an integer of at least 0". */
export function describeSupport(support: Support): string {
  const { kind, lower, upper } = support;
  const isLow = lower > -Infinity;
  const isHigh = upper < Infinity;
  if (kind === "integer") {
    if (isLow && isHigh) return `an integer from ${lower} to ${upper}`;
    return isLow ? `an integer of at least ${lower}` : isHigh ? `an integer of at most ${upper}` : "an integer";
  }
  if (isLow && isHigh) return `a number between ${lower} and ${upper}`;
  return isLow ? `a number above ${lower}` : isHigh ? `a number below ${upper}` : "a real number";
}
