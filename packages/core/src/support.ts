/**
 * Where one number may lie. Bounds may be infinite. Those of an `interval` are exclusive (a continuous value on the
 * boundary has density zero or a singularity) save the sides that `closed` names; those of `integer` are inclusive.
 */
export type ScalarSupport =
  | {
      readonly kind: "interval";
      readonly lower: number;
      readonly upper: number;
      readonly closed?: "lower" | "upper" | "both";
    }
  | { readonly kind: "integer"; readonly lower: number; readonly upper: number };

/** Where several numbers may lie together. */
export type VectorSupport =
  /** `size` positive numbers that sum to 1: size - 1 free ones. */
  | { readonly kind: "simplex"; readonly size: number }
  /**
   * The lower Cholesky factor of a correlation matrix, size × size, row-major, zeros above the diagonal: rows of length
   * 1 with positive diagonal; size (size - 1) / 2 free numbers.
   */
  | { readonly kind: "correlationCholesky"; readonly size: number }
  /** `size` real numbers, each above the one before. */
  | { readonly kind: "ordered"; readonly size: number };

/** Where a value may lie. A scalar support says it of each number of a vector. */
export type Support = ScalarSupport | VectorSupport;

/** The whole real line. */
export const real: ScalarSupport = { kind: "interval", lower: -Infinity, upper: Infinity };
/** The open half line (0, ∞). */
export const positive: ScalarSupport = { kind: "interval", lower: 0, upper: Infinity };
/** 0, 1, 2, … */
export const counts: ScalarSupport = { kind: "integer", lower: 0, upper: Infinity };

/** The open interval (lower, upper); either bound may be infinite. */
export function interval(lower: number, upper: number): ScalarSupport {
  return { kind: "interval", lower, upper };
}

export function isScalarSupport(support: Support): support is ScalarSupport {
  return support.kind === "interval" || support.kind === "integer";
}

/** True for the whole real line. */
export function isReal(support: Support): boolean {
  return support.kind === "interval" && support.lower === -Infinity && support.upper === Infinity;
}

/** How many numbers one point of the support has: 1, `size`, or `size`² for a matrix. */
export function pointSize(support: Support): number {
  if (isScalarSupport(support)) return 1;
  return support.kind === "correlationCholesky" ? support.size ** 2 : support.size;
}

/** True when `x` lies on `support`. NaN never does. */
export function isOnSupport(support: ScalarSupport, x: number): boolean {
  const { lower, upper } = support;
  if (support.kind === "integer") return Number.isInteger(x) && x >= lower && x <= upper;
  if (x > lower && x < upper) return true;
  const { closed } = support;
  if (closed === undefined || !Number.isFinite(x)) return false;
  return (x === lower && closed !== "upper") || (x === upper && closed !== "lower");
}

/** How far sums of squares and shares may be from 1: they come out of files and of sums of rounded terms. */
const UNIT_TOLERANCE = 1e-6;

function isSimplex(x: ArrayLike<number>, offset: number, size: number): boolean {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    if (!(x[offset + i] > 0)) return false;
    sum += x[offset + i];
  }
  return Math.abs(sum - 1) <= UNIT_TOLERANCE;
}

function isCorrelationCholesky(x: ArrayLike<number>, offset: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const row = offset + i * size;
    let sum = 0;
    for (let j = 0; j <= i; j++) sum += x[row + j] * x[row + j];
    for (let j = i + 1; j < size; j++) if (x[row + j] !== 0) return false;
    if (!(x[row + i] > 0 && Math.abs(sum - 1) <= UNIT_TOLERANCE)) return false;
  }
  return true;
}

function isOrdered(x: ArrayLike<number>, offset: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    if (!Number.isFinite(x[offset + i]) || (i > 0 && !(x[offset + i] > x[offset + i - 1]))) return false;
  }
  return true;
}

/**
 * True when the `pointSize(support)` numbers from x[offset] on lie on `support`; shares and squared rows may miss the
 * sum 1 by 1e-6. NaN never does.
 */
export function isPointOnSupport(support: Support, x: ArrayLike<number>, offset = 0): boolean {
  switch (support.kind) {
    case "simplex":
      return isSimplex(x, offset, support.size);
    case "correlationCholesky":
      return isCorrelationCholesky(x, offset, support.size);
    case "ordered":
      return isOrdered(x, offset, support.size);
    default:
      return isOnSupport(support, x[offset]);
  }
}

function describeVector({ kind, size }: VectorSupport): string {
  if (kind === "simplex") return `${size} positive numbers that sum to 1`;
  if (kind === "ordered") return `${size} increasing numbers`;
  return `the lower Cholesky factor of a ${size} × ${size} correlation matrix`;
}

/** A support in words, for messages: "a real number", "a number above 0", "an integer of at least 0". */
export function describeSupport(support: Support): string {
  if (!isScalarSupport(support)) return describeVector(support);
  const { kind, lower, upper } = support;
  const isLow = lower > -Infinity;
  const isHigh = upper < Infinity;
  if (kind === "integer") {
    if (isLow && isHigh) return `an integer from ${lower} to ${upper}`;
    return isLow ? `an integer of at least ${lower}` : isHigh ? `an integer of at most ${upper}` : "an integer";
  }
  const { closed } = support;
  if (isLow && isHigh)
    return `a number ${closed === "both" ? "from" : "between"} ${lower} ${closed === "both" ? "to" : "and"} ${upper}`;
  const hasLower = closed === "lower" || closed === "both";
  const hasUpper = closed === "upper" || closed === "both";
  if (isLow) return hasLower ? `a number of at least ${lower}` : `a number above ${lower}`;
  if (isHigh) return hasUpper ? `a number of at most ${upper}` : `a number below ${upper}`;
  return "a real number";
}
