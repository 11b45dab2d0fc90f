import { standardNormalQuantile } from "@poolish/math";

export interface MeanExpectation {
  /** What is estimated, for the message. */
  readonly name?: string;
  readonly estimate: number;
  /** Standard error of the estimate (and of `expected`, in quadrature, where that is an estimate too). */
  readonly standardError: number;
  readonly expected: number;
  /** How many comparisons the test makes in all (Bonferroni); 1 unless told. */
  readonly numComparisons?: number;
}

/** A correct program fails a whole test (all of its comparisons) this often: once in 100,000. */
const FALSE_ALARM_RATE = 1e-5;

/** Number of standard errors that one of `numComparisons` normal estimates may be off: 4.4 for one, 4.9 for ten. */
export function allowedStandardErrors(numComparisons: number): number {
  return -standardNormalQuantile(FALSE_ALARM_RATE / (2 * numComparisons));
}

/**
 * Asserts |estimate - expected| ≤ k · standardError, k by `allowedStandardErrors`.
 * @throws Error with all numbers; also when the standard error is not finite and positive, or the estimate not finite.
 */
export function expectMeanWithin(expectation: MeanExpectation): void {
  const { name = "the mean", estimate, standardError, expected, numComparisons = 1 } = expectation;
  if (!(standardError > 0 && standardError < Infinity)) {
    throw new Error(`${name}: the standard error must be finite and positive, got ${standardError}`);
  }
  const allowed = allowedStandardErrors(numComparisons);
  const z = (estimate - expected) / standardError;
  if (Math.abs(z) <= allowed) return;
  throw new Error(
    `${name}: expected ${expected}, got ${estimate} ± ${standardError}: ${z.toFixed(2)} standard errors off, ` +
      `${allowed.toFixed(2)} allowed (${numComparisons} comparisons)`,
  );
}
